"""pip's start-up hook: the parts of the module that ``depaudit.gate.guards.hook_source`` puts into site-packages.

Each part is an ordinary module here. In the hook their texts stand one after the other, each from the line
``# The hook from here on.`` so that the hook is one file. It must run on Python 3.8, import next to nothing, and let no
error escape into another program.
"""
