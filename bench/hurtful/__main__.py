"""Write one of the inputs made to hurt into a file."""

import argparse
from pathlib import Path

import bench.hurtful
from bench.hurtful import HURTFUL, harmless


def main() -> None:
    """Read the arguments and write the file."""
    inputs = {"harmless": harmless, **HURTFUL}
    parser = argparse.ArgumentParser(
        description=f"{bench.hurtful.__doc__}\nNames: {', '.join(inputs)}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", choices=inputs, metavar="NAME")
    parser.add_argument("size", type=int, metavar="N")
    parser.add_argument("file", type=Path)
    given = parser.parse_args()
    given.file.write_text(inputs[given.name](given.size))


if __name__ == "__main__":
    main()
