"""Files over a cluster: what would be there after they were applied."""

from msgspec import structs

from meshctl.sources.snapshot import Snapshot


def overlaid(live: Snapshot, files: Snapshot) -> Snapshot:
    """The cluster with the files as if applied: what is in both is the files'. `live` is of a single cluster."""
    given = {resource.id for resource in files.resources}
    return structs.replace(
        files,
        resources=(*files.resources, *(r for r in live.resources if r.id not in given)),
        inputs=(*files.inputs, *live.inputs),
        unread=(*files.unread, *live.unread),
        coverage=live.coverage,
    )
