"""How many questions a library answers rightly, by pattern or by an honest no.

    python -m benchmarks.questions QUESTIONS.jsonl SOURCES

A line of QUESTIONS.jsonl has `question`, `answerable`, `must_match` (regular expressions that the
cited text together matches) and, for a follow-up, `history`.
"""

import argparse
import json
import re
import tempfile
from pathlib import Path

from index import build_index
from qa import Answer, Assistant


def is_right(answer: Answer, expected: dict[str, object]) -> bool:
    """Whether the answer is what the line of the questions' file expects."""
    if not expected["answerable"]:
        return not answer.answered
    cited = "\n".join(citation.quote for citation in answer.citations)
    patterns = expected["must_match"]
    assert isinstance(patterns, list)
    return answer.answered and all(re.search(pattern, cited) for pattern in patterns)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("questions", type=Path, metavar="QUESTIONS.jsonl")
    parser.add_argument("sources", type=Path, metavar="SOURCES")
    arguments = parser.parse_args()
    lines = arguments.questions.read_text(encoding="utf-8").splitlines()
    expected = [json.loads(line) for line in lines if line.strip()]
    with tempfile.TemporaryDirectory() as index:
        build_index(arguments.sources, index)
        assistant = Assistant.open(index)
        right = 0
        for line in expected:
            answer = assistant.ask(line["question"], history=line.get("history", []))
            for c in answer.citations:
                assert c.document.text[c.start : c.end] == c.quote
            good = is_right(answer, line)
            right += good
            print(f"{'right' if good else 'WRONG'} {answer.confidence:.2f} {line['question']}")
            print(f"      {answer.text}\n")
        print(f"{right} of {len(expected)} right")


if __name__ == "__main__":
    main()
