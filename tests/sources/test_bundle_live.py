"""From a cluster into a bundle and back: the findings are those of the live run."""

from pathlib import Path

from meshctl.analysis.registry import load
from meshctl.model.ids import KindKey
from meshctl.sources.bundle.writing import write_bundle
from meshctl.sources.cluster.clusters import read_clusters
from meshctl.sources.cluster.kubeconfig import contexts
from meshctl.sources.cluster.request import Request
from meshctl.sources.files import read_files
from tests.apiserver.server import ApiServer
from tests.sources.bundles import TIME, contents, findings
from tests.test_fixtures import FIXTURES

KINDS = frozenset[KindKey]().union(*(check.reads for check in load()))


def test_the_same_findings_as_live(tmp_path: Path) -> None:
    folders = [FIXTURES / "meshes" / "bookshop", FIXTURES / "MSH402-gateway-credential-key-unfit"]
    resources = read_files([str(folders[0]), str(folders[1] / "fail-key-of-another-certificate.yaml")]).resources
    file = tmp_path / "b.tar.gz"
    with ApiServer([dict(resource.data) for resource in resources], name="prod") as server:
        config = str(server.kubeconfig(tmp_path / "config"))
        request = Request(KINDS, secret_contents=True)
        live = read_clusters(contexts(config, []), request, timeout=30)
    write_bundle(str(file), live, time=TIME, contexts={"": "prod"})
    bundle = read_files([str(file)])
    found = findings(live)
    assert "MSH402" in {finding.code for finding in found} and findings(bundle) == found
    assert bundle.coverage == live.coverage
    assert bundle.unread == live.unread and not bundle.problems
    assert not any(server.url.encode() in content for content in contents(file).values())
