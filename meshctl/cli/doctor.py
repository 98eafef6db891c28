"""`meshctl doctor`: whether clusters can be read, and what to do where they cannot."""

import sys
from collections.abc import Collection
from typing import Annotated

import typer

from meshctl.cli.errors import UsageError
from meshctl.cli.options import Options

FLAGS = (
    *("namespace", "all_namespaces", "output", "context", "kubeconfig", "select", "ignore", "config", "no_config"),
    *("istio_namespace", "timeout", "quiet", "debug"),
)
_FEW = 8
Rbac = Annotated[
    bool, typer.Option("--rbac", help="Print the role that is enough to read clusters, with -n that of a namespace.")
]
Proxies = Annotated[bool, typer.Option("--proxies", help="With --rbac: also for commands about running proxies.")]


def doctor(options: Options, rbac: Rbac = False, proxies: Proxies = False) -> int:
    """Show whether clusters can be reached, which meshes they have, and what may be read, with a fix for what may not.

    With --rbac print the role instead, for `kubectl apply -f -`; --select and --ignore limit it to what checks need.
    """
    from meshctl.cli.live import check_namespace
    from meshctl.cli.output import write_stdout
    from meshctl.cli.progress import watching
    from meshctl.cli.session import Session
    from meshctl.model.result import Exit
    from meshctl.reports.formats import DOCTOR_FORMATS

    if proxies and not rbac:
        raise UsageError("--proxies belongs to --rbac")
    session = Session(options, (), formats=DOCTOR_FORMATS)
    analyzers, namespace = session.analyzers(), session.reported_namespace
    check_namespace(namespace)
    kinds = session.needed_kinds()
    if rbac:
        from meshctl.analysis.rbac import manifest

        if options.output:
            raise UsageError("--rbac prints YAML: leave out -o")
        place = session.settings.istio_namespace
        role = manifest(kinds, analyzers, namespace=namespace, istio_namespace=place, proxies=proxies)
        write_stdout(role)
        return int(Exit.CLEAN)
    from meshctl.analysis.doctor import doctor as run
    from meshctl.analysis.installed import MARKERS
    from meshctl.sources.cluster.examine import examine_clusters

    with watching(options.quiet, [context.name for context in session.contexts]):
        found = examine_clusters(
            session.contexts,
            kinds,
            MARKERS,
            namespace=namespace,
            istio_namespace=session.settings.istio_namespace,
            timeout=options.timeout,
        )
    if not options.quiet:
        _tell_others(options, {context.name for context in session.contexts})
    return session.finish(run(found, analyzers, namespace=namespace))


def _tell_others(options: Options, examined: Collection[str]) -> None:
    from meshctl.sources.cluster.kubeconfig import known_contexts

    others = [name for name in known_contexts(options.kubeconfig) if name not in examined]
    if others:
        more = f" and {len(others) - _FEW} more" if len(others) > _FEW else ""
        sys.stderr.write(f"Other contexts of the kubeconfig: {', '.join(others[:_FEW])}{more} (--context NAME).\n")
