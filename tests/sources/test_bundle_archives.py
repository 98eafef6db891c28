"""Archives that want to lead out, grow or break: each is refused with a sentence, and the rest is read."""

import gzip
import io
import random
import struct
import tarfile
from pathlib import Path

import pytest

from meshctl.sources.bundle.archive import Archive, Limits
from meshctl.sources.files import read_files
from meshctl.sources.snapshot import Snapshot
from tests.sources.bundles import CONFIG_MAP, packed, plain, tar_of

GOOD = (plain("b/good.yaml"), (CONFIG_MAP % "good").encode())


def read(tmp_path: Path, content: bytes, name: str = "in.tar.gz") -> Snapshot:
    file = tmp_path / name
    file.write_bytes(content)
    return read_files([str(file)])


def names(snapshot: Snapshot) -> list[str]:
    return [resource.id.name for resource in snapshot.resources]


def special(name: str, kind: bytes, target: str = "") -> tuple[tarfile.TarInfo, bytes]:
    member = plain(name)
    member.type = kind
    member.linkname = target
    return member, b""


@pytest.mark.parametrize("name", ["in.tar.gz", "in.tgz", "in.tar", "IN.TAR.GZ"])
@pytest.mark.parametrize("zipped", [True, False], ids=["zipped", "plain"])
def test_an_archive_of_files(tmp_path: Path, name: str, zipped: bool) -> None:
    """What it is stands in its first bytes; findings say where in it they are."""
    content = tar_of([GOOD, (plain("notes.txt"), b"text")])
    snapshot = read(tmp_path, gzip.compress(content) if zipped else content, name)
    (resource,) = snapshot.resources
    place = resource.locate(("metadata", "name"))
    assert place and (place.file, place.start_line) == (f"{tmp_path}/{name}!b/good.yaml", 3)
    assert not snapshot.problems and not snapshot.unread and not snapshot.notes


REFUSED = [
    (plain("../../evil.yaml"), "../../evil.yaml is of a path that leads out of the archive: it is not read."),
    (plain("a/../../evil.yaml"), "leads out of the archive"),
    (plain("/etc/evil.yaml"), "/etc/evil.yaml is of an absolute path: it is not read."),
    (special("a.yaml", tarfile.SYMTYPE, "/etc/passwd")[0], "a.yaml is a link: it is not read."),
    (special("a.yaml", tarfile.LNKTYPE, "b/good.yaml")[0], "a.yaml is a link: it is not read."),
    (special("a.yaml", tarfile.CHRTYPE)[0], "a.yaml is a device: it is not read."),
    (special("a.yaml", tarfile.BLKTYPE)[0], "a.yaml is a device: it is not read."),
    (special("a.yaml", tarfile.FIFOTYPE)[0], "a.yaml is a named pipe: it is not read."),
    (special("a.yaml", b"Y")[0], "a.yaml is of an unknown type: it is not read."),
    (plain("\x1b[31ma.yaml"), "\\x1b[31ma.yaml is of a name that is no plain text: it is not read."),
    (plain("a\udc80.yaml"), "is of a name that is no plain text: it is not read."),
    (plain("d/" * 2048 + "a.yaml"), "is of a name that is too long: it is not read."),
]


@pytest.mark.parametrize(("member", "sentence"), REFUSED, ids=[str(n) for n in range(len(REFUSED))])
def test_what_is_refused(tmp_path: Path, member: tarfile.TarInfo, sentence: str) -> None:
    evil = (CONFIG_MAP % "evil").encode() if member.isreg() else b""
    snapshot = read(tmp_path, tar_of([(member, evil), GOOD]))
    (problem,) = snapshot.problems
    assert names(snapshot) == ["good"]
    assert sentence in problem.message and problem.location.file == f"{tmp_path}/in.tar.gz"
    assert [each.what for each in snapshot.unread] == [f"{tmp_path}/in.tar.gz"]


def test_many_refusals_are_one_sentence(tmp_path: Path) -> None:
    links = [special(f"{number}.yaml", tarfile.SYMTYPE, "x") for number in range(1200)]
    (problem,) = read(tmp_path, tar_of([*links, GOOD])).problems
    assert problem.message == "0.yaml and 1,199 more are each a link: they are not read."


def test_what_is_not_yaml_is_skipped_without_a_word(tmp_path: Path) -> None:
    others = [(plain(name), b"\0\xff{{") for name in ("pod.log", "core", "a.log.gz", ".hidden.yaml", ".git/x.yaml")]
    snapshot = read(tmp_path, tar_of([*others, GOOD]))
    assert names(snapshot) == ["good"] and not snapshot.problems and not snapshot.notes


def test_archives_in_archives_are_noted(tmp_path: Path) -> None:
    inner = packed({"inner.yaml": CONFIG_MAP % "inner"})
    snapshot = read(tmp_path, tar_of([(plain("data/a.tar.gz"), inner), (plain("b.zip"), b"PK"), GOOD]))
    assert names(snapshot) == ["good"] and not snapshot.unread
    assert snapshot.notes == (
        f"{tmp_path}/in.tar.gz!data/a.tar.gz and 1 more archives in it are not read: unpack what you need.",
    )


def sentences(content: bytes, limits: Limits) -> tuple[list[str], tuple[str, ...]]:
    archive = Archive(io.BytesIO(content), limits)
    return [name for name, _ in archive.members(lambda name: name.endswith("yaml"))], archive.problems


def test_bounds() -> None:
    three = tar_of([(plain(f"{name}.yaml"), b"x" * 2048) for name in "abc"])
    assert sentences(three, Limits()) == (["a.yaml", "b.yaml", "c.yaml"], ())
    assert sentences(three, Limits(members=2)) == (
        ["a.yaml", "b.yaml"],
        ("The archive has more than 2 files: the rest is not read.",),
    )
    assert sentences(three, Limits(member_bytes=1024)) == (
        [],
        ("a.yaml and 2 more are each larger than 1 KiB: they are not read.",),
    )
    assert sentences(three, Limits(wanted_bytes=4096)) == (
        ["a.yaml", "b.yaml"],
        ("The archive has more than 4 KiB of files to analyze: the rest is not read.",),
    )
    assert sentences(three, Limits(unpacked_bytes=4096)) == (
        ["a.yaml"],
        ("The archive unpacks to more than 4 KiB: the rest is not read.",),
    )


def test_a_bomb_is_counted_while_it_unpacks() -> None:
    """Whatever sizes it states: a file that is not wanted counts as well."""
    zeros = gzip.compress(tar_of([(plain("a.log"), b"\0" * 5_000_000), GOOD]))
    assert len(zeros) < 10_000
    assert sentences(zeros, Limits(unpacked_bytes=1_000_000))[1] == (
        "The archive unpacks to more than 976.562 KiB: the rest is not read.",
    )


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_SPARSE])
def test_headers_are_bounded(kind: bytes) -> None:
    """Those are held in memory whole, however large they say they are."""
    header = plain("h")
    header.type = kind
    header.size = 1 << 30
    content = bytearray(header.tobuf(tarfile.GNU_FORMAT))
    if kind == tarfile.GNUTYPE_SPARSE:
        content[482] = 1  # More of the map follows, and more after that.
        content = _with_sum(content) + (b"\0" * 504 + b"\1" + b"\0" * 7) * 1000
    else:
        content += b"\0" * (1 << 20)
    found, problems = sentences(tar_of([GOOD])[:1024] + bytes(content), Limits())
    assert found == ["b/good.yaml"]
    assert problems == ("A header in the archive is larger than 32 KiB: the rest is not read.",)


def _with_sum(header: bytearray) -> bytearray:
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return header


def test_headers_that_lead_to_headers_without_end() -> None:
    header = plain("h")
    header.type = tarfile.XHDTYPE
    header.size = 0
    content = header.tobuf(tarfile.GNU_FORMAT) * 5000
    assert sentences(content, Limits())[1][0].endswith("the rest is not read.")


def test_sizes_below_nothing() -> None:
    member = plain("a.yaml")
    content = bytearray(member.tobuf(tarfile.GNU_FORMAT))
    content[124:136] = struct.pack(">Iq", 0xFFFFFFFF, -2048)
    assert sentences(bytes(_with_sum(content)) + b"\0" * 4096, Limits())[1]


@pytest.mark.parametrize(
    ("cut", "sentence"),
    [
        (lambda data: data[: len(data) // 2], "The archive ends too early"),
        (lambda data: data[:-4], "The archive ends too early (last file: b/good.yaml): the rest is not read."),
        (lambda data: data[:-8] + b"\0\0\0\0" + data[-4:], "The archive is damaged (last file: b/good.yaml): the rest"),
        (lambda data: data[:100] + b"\xff" * 40 + data[140:], "or it is damaged at its beginning."),
        (lambda data: gzip.compress(gzip.decompress(data)[:-9500]), "ends too early (last file: a.yaml): the rest"),
        (lambda data: gzip.compress(b"no archive" * 99), "This is no tar archive, or it is damaged at its beginning."),
        (lambda data: b"neither", "This is no tar archive, or it is damaged at its beginning."),
        (lambda data: b"", "This is no tar archive, or it is damaged at its beginning."),
        (lambda data: gzip.compress(gzip.decompress(data)[:1536]), "ends too early (last file: x.log): the rest"),
        (lambda data: data + b"more", "The archive is damaged (last file: b/good.yaml): the rest is not read."),
    ],
)
def test_damage(tmp_path: Path, cut: object, sentence: str) -> None:
    filler = random.Random(3).randbytes(700)
    whole = gzip.compress(tar_of([(plain("a.yaml"), (CONFIG_MAP % "a").encode()), (plain("x.log"), filler), GOOD]))
    assert callable(cut)
    snapshot = read(tmp_path, cut(whole))
    assert sentence in snapshot.problems[0].message and snapshot.unread
    assert set(names(snapshot)) <= {"a", "good"}


def test_no_damage_crashes_anything(tmp_path: Path) -> None:
    """A few hundred archives with a few bytes changed, before and after compression: read, or refused in a sentence."""
    draw = random.Random(20)
    members = [(plain(f"{n}.yaml"), (CONFIG_MAP % f"c{n}").encode()) for n in range(5)]
    members.insert(2, special("link", tarfile.SYMTYPE, "x"))
    members.append((plain("d" * 150 + ".yaml"), b"a: 1\n"))
    raw = tar_of(members)
    told = 0
    for turn in range(400):
        data = bytearray(raw if turn % 2 else gzip.compress(raw))
        for _ in range(draw.randint(1, 4)):
            data[draw.randrange(len(data))] = draw.choice([0, 255, 48, 120, draw.randrange(256)])
        if turn % 7 == 0:
            del data[draw.randrange(len(data)) :]
        snapshot = read(tmp_path, bytes(data), "in.tar")
        assert all(problem.message.endswith(".") for problem in snapshot.problems)
        told += len(snapshot.problems) > 1
    assert told > 100


def test_archives_in_a_folder_are_not_opened(tmp_path: Path) -> None:
    """Only what is named is read: a folder of archives says so."""
    archive = tmp_path / "west.tar.gz"
    archive.write_bytes(packed({"a.yaml": CONFIG_MAP % "a"}))
    (problem,) = read_files([str(tmp_path)]).problems
    assert problem.message == f"There is no resource here, but archives: name them, as in `meshctl analyze {archive}`."
    (tmp_path / "b.yaml").write_text(CONFIG_MAP % "b")
    assert names(read_files([str(tmp_path)])) == ["b"]
    assert names(read_files([str(tmp_path), str(archive)])) == ["b", "a"]
