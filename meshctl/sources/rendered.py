"""Kustomizations and charts as texts to parse, each with a way from its objects back to their files."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from meshctl.model.location import Location
from meshctl.sources.assembly import Assembly, Trace
from meshctl.sources.errors import Unparsed
from meshctl.sources.helm import templates
from meshctl.sources.kustomize import Tree
from meshctl.sources.parsing import to_utf8
from meshctl.sources.positions import SourceText
from meshctl.sources.render import RenderFailed, render_helm, render_kustomization


class Rendering(Struct, frozen=True):
    """What every rendering of a run shares; `timeout` is in seconds. Failures are noted in the assembly."""

    assembly: Assembly
    namespace: str
    timeout: float

    def kustomizations(self, files: Mapping[str, str]) -> Iterator[tuple[SourceText, Trace | None]]:
        """The builds of directories, given with their kustomization files."""
        for directory, file in sorted(files.items()):
            built = self._output(lambda d: render_kustomization(d, self.timeout), directory, file)
            if built is not None:
                yield SourceText(file, built), Tree(file).origin

    def charts(self, charts: Sequence[str], values: Sequence[str]) -> Iterator[tuple[SourceText, Trace | None]]:
        """The templates of charts, rendered with the same value files."""

        def render(chart: str) -> bytes:
            return render_helm(chart, values, timeout=self.timeout, namespace=self.namespace)

        for chart in sorted(set(charts)):
            output = self._output(render, chart, chart)
            for template in templates(output or b"", chart):
                yield template, None

    def _output(self, render: Callable[[str], bytes], path: str, file: str) -> bytes | None:
        try:
            return to_utf8(render(path))
        except (RenderFailed, Unparsed) as error:
            self.assembly.refuse("not-parsed", f"{error}.", Location(file, 1, 1, 1, 1), path)
            return None
