"""What a command costs before it does anything."""

import resource
import subprocess
import sys

import pytest

HELP = "import sys; sys.argv = ['discourse', '--help']\nfrom discourse.cli import main\nmain()"


def test_help_takes_under_half_a_second_of_processor_time():
    best = 9.0
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", HELP], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert best < 0.5


def test_onnx_taggers_start_without_torch():
    pytest.importorskip("onnxruntime")
    pytest.importorskip("onnx")
    code = (
        "import sys\n"
        "from discourse.taggers.pipeline import Taggers\n"
        "from discourse.taggers.base import Reading\n"
        "taggers = Taggers.load(backend='onnx').taggers\n"
        "for tagger in taggers: tagger.predict([Reading('1', 'You d*mn fool', ('No.',), 'Cars are bad')])\n"
        "print(sorted({'torch', 'transformers', 'detoxify'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
