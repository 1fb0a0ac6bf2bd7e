"""Whether torch can compute where it is told to, asked before models are loaded."""

from __future__ import annotations

from discourse.schema import UsageError

CPU = "cpu"


def check_device(device: str, *, here: bool = True) -> None:
    """Looks whether torch knows a device, and has it; `cpu` costs no import of torch.

    Args:
        device: as torch writes it: cpu, cuda, cuda:1, mps, ...
        here: on this machine; False where others compute, so that only the name is looked at.

    Raises:
        UsageError: there is no such device, or it cannot be used on this machine.
    """
    if device == CPU:
        return
    import torch

    try:
        torch.device(device)
    except RuntimeError:
        raise UsageError(
            f"--device {device}: torch knows no such device: give cpu, cuda, cuda:1 or mps, or leave --device out"
        ) from None
    if not here:
        return
    try:
        torch.ones(1, device=device).cpu()
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = _known(device) or (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise UsageError(
            f"--device {device}: cannot be used on this machine: {reason}; leave --device out to run on the CPU"
        ) from None


def _known(device: str) -> str | None:
    """The usual reasons in our words; None for others, which torch words itself."""
    import torch

    if not device.startswith("cuda"):
        return None
    if not torch.cuda.is_available():
        return "torch finds no GPU with CUDA, or was installed without CUDA"
    count = torch.cuda.device_count()
    index = torch.device(device).index
    return f"there are {count} GPUs, counted from 0" if index is not None and index >= count else None
