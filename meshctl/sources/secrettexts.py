"""Texts that are secrets whoever holds them: private keys, tokens, passwords in addresses."""

import re

REDACTED = "REDACTED"

# `PRIVATE KEY` in base64, at each of the three places where it may begin.
_PRIVATE_KEY = "UFJJVkFURSBLRV|BSSVZBVEUgS0VZ|QUklWQVRFIEtFW"
# Line breaks may be escaped, where a text holds JSON or YAML in turn.
_PEM = re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z0-9 ]*-----.*?(?:-----END [A-Z0-9 ]*-----|\Z)", re.DOTALL)
_BASE64 = re.compile(r"[\w+/-]{32,}(?:(?:\s|\\[nr])+[\w+/-]{16,})*={0,2}")
_JWT = re.compile(r"\beyJ[\w-]{6,}={0,2}(?:\.[\w-]*={0,2}){2,4}")
_SCHEME = re.compile(r"\b(bearer|basic)([ \t]+)[\w.~+/-]{6,}=*", re.IGNORECASE)
_ADDRESS = re.compile(r"(://)[^\s/@:\"']*:[^\s/@\"']+@")
_QUERY = re.compile(
    r"([?&][\w-]*(?:token|secret|password|api[_-]?key|signature|\bsig)=)[^&\s\"'#]+",
    re.IGNORECASE,
)
_KNOWN = re.compile(
    r"\b(?:gh[opsur]_\w{30,}|github_pat_\w{30,}|glpat-[\w-]{16,}|xox[abposr]-[\w-]{10,}|AKIA[0-9A-Z]{16}"
    r"|AIza[\w-]{30,}|sk-[\w-]{20,}|sk_live_\w{16,}|hvs\.[\w-]{20,})"
)
_SUSPECT = re.compile(
    rf"PRIVATE KEY|eyJ[\w-]{{6}}|\b(?i:bearer|basic)[ \t]|://[^\s/@]*@|{_PRIVATE_KEY}|\bgh[opsur]_|github_pat_|glpat-"
    r"|xox[abposr]-|AKIA|AIza|\bsk[-_]|hvs\."
    r"|[?&](?i:[\w-]*(?:token|secret|password|key|sig))"
)
_HOLDS_KEY = re.compile(_PRIVATE_KEY)
_BREAKS = re.compile(r"\s|\\[nr]")


def redact_text(text: str) -> str:
    """The text with REDACTED in place of every secret in it."""
    if len(text) < 8 or not _SUSPECT.search(text):
        return text
    text = _PEM.sub(REDACTED, text)
    text = _JWT.sub(REDACTED, text)
    text = _SCHEME.sub(rf"\1\2{REDACTED}", text)
    text = _ADDRESS.sub(rf"\1{REDACTED}@", text)
    text = _QUERY.sub(rf"\1{REDACTED}", text)
    text = _KNOWN.sub(REDACTED, text)
    return _BASE64.sub(_without_key, text) if _HOLDS_KEY.search(_BREAKS.sub("", text)) else text


def _without_key(found: re.Match[str]) -> str:
    return REDACTED if _HOLDS_KEY.search(_BREAKS.sub("", found[0])) else found[0]
