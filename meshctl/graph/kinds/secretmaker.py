"""What makes a Secret in the cluster that is in no repository."""

from meshctl.graph.fields import mapping, text
from meshctl.graph.lazy import lazy
from meshctl.graph.view import View
from meshctl.model.ids import KindKey


class SecretMaker(View):
    """A certificate of cert-manager, an ExternalSecret, or a SealedSecret."""

    KINDS = (
        KindKey("cert-manager.io", "Certificate"),
        KindKey("external-secrets.io", "ExternalSecret"),
        KindKey("bitnami.com", "SealedSecret"),
    )

    @lazy
    def secret(self) -> str:
        """Name of the Secret that it makes, in its own namespace."""
        if self.id.kind == "Certificate":
            return text(self.spec.get("secretName"))
        template = mapping(mapping(self.spec.get("template")).get("metadata"))
        return text(mapping(self.spec.get("target")).get("name")) or text(template.get("name")) or self.name


class TrustBundle(View):
    """A Bundle of trust-manager: it writes certificates of authorities into ConfigMaps of its name everywhere."""

    KINDS = (KindKey("trust.cert-manager.io", "Bundle"),)
