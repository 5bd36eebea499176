"""The only outward network code: what registries and their side services say, as values.

``client.RegistryClient`` is the door; nothing else here is meant for other layers. Importing this package imports
nothing heavy: aiohttp and diskcache come in with the first request and the first cache look-up.
"""
