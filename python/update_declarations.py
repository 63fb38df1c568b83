"""Prints src/pyminiping/_declarations.py as miniping.h has it: make update-declarations.

    python3 update_declarations.py miniping.h
"""

import re
import sys


def declarations(header: str) -> str:
    """What cffi reads of the header: no comments, of the preprocessor's lines only numbers, nothing of C++."""
    text = re.sub(r"/\*.*?\*/", "", header, flags=re.DOTALL).replace("\\\n", " ")
    text = re.sub(r"#ifdef __cplusplus\n.*?#endif\n", "", text, flags=re.DOTALL)
    kept = []
    for line in text.split("\n"):
        line = re.sub(r"\s+", " ", line).strip()
        if line.startswith("#") and not re.fullmatch(r"#define [A-Z_]+ \d+", line):
            continue
        if line:
            kept.append(line)
    return "\n".join(kept)


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        print(f'"""libminiping\'s declarations, made from miniping.h by update_declarations.py."""\n\n'
              f'TEXT = """\n{declarations(file.read())}\n"""')
