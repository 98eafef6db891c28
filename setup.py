"""Where the packages are: the folder `analyzers` is installed as `meshctl_analyzers`; the rest is in pyproject.toml."""

from setuptools import find_packages, setup

checks = ["meshctl_analyzers", *(f"meshctl_analyzers.{name}" for name in find_packages("analyzers"))]
setup(
    packages=[*find_packages(include=["meshctl", "meshctl.*"]), *checks],
    package_dir={"meshctl_analyzers": "analyzers", "meshctl": "meshctl"},
)
