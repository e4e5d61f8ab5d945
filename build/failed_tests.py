"""failed_tests.py FILE...: each failed test of xUnit result files: its name, what it said, and where."""

import sys
import xml.etree.ElementTree as ElementTree

# Of one test: enough for a cause, little enough that fifty failures can be read.
MOST_LINES = 8
MOST_CHARACTERS = 300


def main(paths: list[str]) -> None:
    for path in paths:
        tests = ElementTree.parse(path).getroot().iter("test")
        for test in (test for test in tests if test.get("result") == "Fail"):
            print(f"  {test.get('name')}")
            for tag in ("failure/message", "failure/stack-trace"):
                text = test.findtext(tag) or ""
                for line in text.splitlines()[:MOST_LINES]:
                    print(f"    {line.strip()[:MOST_CHARACTERS]}")


if __name__ == "__main__":
    main(sys.argv[1:])
