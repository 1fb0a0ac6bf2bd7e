import os
import threading

from discourse.nn.threads import machine_threads, side_by_side, use_threads


def test_one_number_for_all(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    whole = machine_threads()
    assert 1 <= whole <= (os.cpu_count() or 1)
    monkeypatch.setenv("OMP_NUM_THREADS", "9999")
    assert machine_threads() == whole
    import torch

    before = torch.get_num_threads()
    try:
        use_threads(1)
        assert machine_threads() == torch.get_num_threads() == 1
    finally:
        torch.set_num_threads(before)


def test_work_comes_back_in_order_from_no_more_threads_than_allowed(monkeypatch):
    seen = set()

    def work(n):
        seen.add(threading.current_thread().name)
        return n * n

    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert list(side_by_side(work, range(50))) == [n * n for n in range(50)]
    assert seen == {threading.current_thread().name}
    seen.clear()
    monkeypatch.setattr("discourse.nn.threads.machine_threads", lambda: 2)
    assert list(side_by_side(work, range(50))) == [n * n for n in range(50)]
    assert len(seen) <= 2
