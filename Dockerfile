# depaudit in a container of its own; docs/ci.md shows how to use it.
#
# The tag names one version of Python, but its image is rebuilt with newer system packages. For the same bytes every
# time, write the digest behind it: FROM python:3.13.9-slim-trixie@sha256:… as this prints it:
#   docker buildx imagetools inspect python:3.13.9-slim-trixie
FROM python:3.13.9-slim-trixie

# "depaudit diff" reads repositories by git. What is mounted belongs to whoever runs the container, seldom to the user
# below, and git reads no repository of another user unless it is told to. depaudit runs nothing of a repository: no
# hooks, no filters, no programs that its configuration names.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git \
    && git config --system --add safe.directory '*' \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log

# Dependencies by the lock of the GitHub Action: exactly these versions, each file held to its hash, nothing built.
COPY action/requirements.txt /opt/depaudit/requirements.txt
RUN python -I -m venv --without-pip /opt/depaudit/venv \
    && python -I -m pip --python /opt/depaudit/venv/bin/python install \
        --quiet --no-input --no-cache-dir --disable-pip-version-check \
        --require-hashes --no-deps --only-binary :all: --requirement /opt/depaudit/requirements.txt

# depaudit itself is copied, not built. Python is isolated: no file of the folder that is audited can get in its way.
COPY depaudit /opt/depaudit/lib/depaudit
COPY data /opt/depaudit/lib/depaudit/data
RUN site="$(/opt/depaudit/venv/bin/python -I -c 'import sysconfig; print(sysconfig.get_path("purelib"))')" \
    && echo /opt/depaudit/lib > "$site/depaudit.pth" \
    && mkdir /opt/depaudit/bin \
    && printf '%s\n' '#!/opt/depaudit/venv/bin/python -I' \
        'import sys' \
        'from depaudit.frontends.cli.main import main' \
        'sys.exit(main())' > /opt/depaudit/bin/depaudit \
    && chmod 755 /opt/depaudit/bin/depaudit \
    && /opt/depaudit/venv/bin/python -I -m compileall -q /opt/depaudit/lib \
    && /opt/depaudit/bin/depaudit --version

RUN groupadd --gid 10001 depaudit \
    && useradd --uid 10001 --gid 10001 --create-home --shell /usr/sbin/nologin depaudit
USER 10001:10001

ENV PATH="/opt/depaudit/bin:$PATH"
WORKDIR /src
ENTRYPOINT ["depaudit"]
CMD ["scan"]
