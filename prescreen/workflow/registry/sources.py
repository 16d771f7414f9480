"""The registry that an operator named: a service on the network, or a folder of records.

A module of its own: the client is imported where it is used, since it costs memory in every process.
"""

from pathlib import Path

from prescreen.catalog.criteria.catalog import Service
from prescreen.workflow.registry.answers import Registry, folder


def opened(place: str | Path, service: Service, address: str) -> Registry:
    """Return the registry at a place; requests name the service, its public address and its contact."""
    if isinstance(place, Path):
        return folder(place)
    from prescreen.workflow.registry.client import RegistryClient

    contact = service.contact.email or service.operator
    return RegistryClient(place, f"prescreen (+{address}; {contact})")
