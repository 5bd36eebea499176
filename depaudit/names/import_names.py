"""What Python packages are imported as when their distribution is called otherwise.

``import cv2`` comes from ``opencv-python``: whoever installs ``cv2`` gets somebody else's package. The pairs are facts
from the projects' own documentation. Where several distributions give the same module, the usual one stands first.
"""

from __future__ import annotations

import re
from functools import cache

_SEPARATORS = re.compile(r"[-_.]+")

# One line a module: the name as it is imported, then its distributions.
_TABLE = """
absl absl-py
airflow apache-airflow
alibabacloud alibabacloud-tea
aliyunsdkcore aliyun-python-sdk-core
allauth django-allauth
alpaca alpaca-py
anymail django-anymail
apiclient google-api-python-client
appium appium-python-client
AppiumLibrary robotframework-appiumlibrary
AppKit pyobjc-framework-cocoa
arango python-arango
argon2 argon2-cffi
atlassian atlassian-python-api
attr attrs
auditlog django-auditlog
augeas python-augeas
autoslug django-autoslug
aws_cdk aws-cdk-lib
axes django-axes
azure.ai.ml azure-ai-ml
azure.cosmos azure-cosmos
azure.eventhub azure-eventhub
azure.identity azure-identity
azure.keyvault.secrets azure-keyvault-secrets
azure.mgmt.compute azure-mgmt-compute
azure.servicebus azure-servicebus
azure.storage.blob azure-storage-blob
baidubce bce-python-sdk
barbicanclient python-barbicanclient
barcode python-barcode
BeautifulSoup beautifulsoup4
binance python-binance
Bio biopython
bitcoin python-bitcoinlib
bluetooth pybluez
box python-box
Box2D box2d-py box2d
Browser robotframework-browser
bs4 beautifulsoup4
bson pymongo
buildout zc-buildout
cachalot django-cachalot
cairo pycairo
can python-can
capnp pycapnp
cassandra cassandra-driver
cinderclient python-cinderclient
ckeditor django-ckeditor
clang libclang
clip openai-clip clip-anytorch
cloudinary_storage django-cloudinary-storage
clr pythonnet
cms django-cms
coinbase coinbase-advanced-py coinbase
community python-louvain
compressor django-compressor
constance django-constance
consul python-consul
CoreFoundation pyobjc-framework-cocoa
corsheaders django-cors-headers
cpuinfo py-cpuinfo
crispy_forms django-crispy-forms
crontab python-crontab
Crypto pycryptodome
Cryptodome pycryptodomex
cups pycups
curl pycurl
cv2 opencv-python opencv-python-headless opencv-contrib-python
cv2.aruco opencv-contrib-python
daemon python-daemon
databricks.sql databricks-sql-connector
dateutil python-dateutil
dbbackup django-dbbackup
dbt dbt-core
dbt.adapters.snowflake dbt-snowflake
dbus dbus-python
debug_toolbar django-debug-toolbar
decouple python-decouple
defender django-defender
delta delta-spark
designateclient python-designateclient
digitalocean python-digitalocean
discord discord-py
distutils setuptools
django_filters django-filter
django_q django-q2 django-q
djcelery django-celery
djmoney django-money
dns dnspython
docx python-docx
dotenv python-dotenv
editor python-editor
ee earthengine-api
elftools pyelftools
enchant pyenchant
engineio python-engineio
environ django-environ environ-config
escpos python-escpos
facebook facebook-sdk
factory factory-boy
faiss faiss-cpu
ffmpeg ffmpeg-python
filer django-filer
fitz pymupdf
formtools django-formtools
Foundation pyobjc-framework-cocoa
fpdf fpdf2 fpdf
frontmatter python-frontmatter
fuse fusepy
geventwebsocket gevent-websocket
gflags python-gflags
gi pygobject
git gitpython
github pygithub
github3 github3-py
gitlab python-gitlab
glanceclient python-glanceclient
glm pyglm
gnupg python-gnupg
google.analytics.data google-analytics-data
google.api_core google-api-core
google.auth google-auth
google.cloud google-cloud-storage google-cloud-bigquery google-cloud-pubsub
google.cloud.aiplatform google-cloud-aiplatform
google.cloud.artifactregistry google-cloud-artifact-registry
google.cloud.bigquery google-cloud-bigquery
google.cloud.bigquery_storage google-cloud-bigquery-storage
google.cloud.bigtable google-cloud-bigtable
google.cloud.compute google-cloud-compute
google.cloud.container google-cloud-container
google.cloud.dataproc google-cloud-dataproc
google.cloud.datastore google-cloud-datastore
google.cloud.documentai google-cloud-documentai
google.cloud.error_reporting google-cloud-error-reporting
google.cloud.exceptions google-cloud-core
google.cloud.firestore google-cloud-firestore
google.cloud.kms google-cloud-kms
google.cloud.language google-cloud-language
google.cloud.logging google-cloud-logging
google.cloud.monitoring google-cloud-monitoring
google.cloud.ndb google-cloud-ndb
google.cloud.pubsub google-cloud-pubsub
google.cloud.resourcemanager google-cloud-resource-manager
google.cloud.secretmanager google-cloud-secret-manager
google.cloud.spanner google-cloud-spanner
google.cloud.speech google-cloud-speech
google.cloud.sql.connector cloud-sql-python-connector
google.cloud.storage google-cloud-storage
google.cloud.tasks google-cloud-tasks
google.cloud.texttospeech google-cloud-texttospeech
google.cloud.translate google-cloud-translate
google.cloud.videointelligence google-cloud-videointelligence
google.cloud.vision google-cloud-vision
google.genai google-genai
google.generativeai google-generativeai
google.oauth2 google-auth
google.protobuf protobuf
googleapiclient google-api-python-client
googlesearch googlesearch-python
graphql graphql-core
grappelli django-grappelli
gridfs pymongo
grpc grpcio
grpc_channelz grpcio-channelz
grpc_health grpcio-health-checking
grpc_reflection grpcio-reflection
grpc_status grpcio-status
grpc_tools grpcio-tools
guardian django-guardian
hamcrest pyhamcrest
haystack haystack-ai django-haystack
health_check django-health-check
heatclient python-heatclient
hid hidapi
hijack django-hijack
hydra hydra-core
ibm_boto3 ibm-cos-sdk
imagekit django-imagekit
imblearn imbalanced-learn
imdb cinemagoer imdbpy
impala impyla
impersonate django-impersonate
import_export django-import-export
inotify pyinotify
ironicclient python-ironicclient
jenkins python-jenkins
jks pyjks
jnius pyjnius
jose python-jose
jpype jpype1
jsonrpc json-rpc
jwkest pyjwkest
jwt pyjwt
kafka kafka-python
keystoneclient python-keystoneclient
kiota_abstractions microsoft-kiota-abstractions
kucoin kucoin-python python-kucoin
ldap python-ldap
libarchive libarchive-c
libfuturize future
linebot line-bot-sdk
liquid python-liquid
llama_cpp llama-cpp-python
logstash python3-logstash python-logstash
logstash_async python-logstash-async
lzo python-lzo
magic python-magic
magnumclient python-magnumclient
maintenance_mode django-maintenance-mode
manilaclient python-manilaclient
markdown_it markdown-it-py
markdownx django-markdownx
material mkdocs-material
mdx_math python-markdown-math
mecab mecab-python3
mega mega-py
memcache python-memcached
mesonpy meson-python
mistralclient python-mistralclient
model_utils django-model-utils
modeltranslation django-modeltranslation
moneyed py-moneyed
mpl_toolkits matplotlib
mptt django-mptt
msgraph msgraph-sdk
multipart python-multipart
mypyc mypy
mysql mysql-connector-python
mysql.connector mysql-connector-python
MySQLdb mysqlclient
nacl pynacl
nats nats-py
neutronclient python-neutronclient
newspaper newspaper3k
nfqueue netfilterqueue
nio matrix-nio
nmap python-nmap
notifications django-notifications-hq
novaclient python-novaclient
oauth2_provider django-oauth-toolkit
objc pyobjc-core
obs esdk-obs-python
octaviaclient python-octaviaclient
odf odfpy
office365 office365-rest-python-client
ogr gdal
onelogin python3-saml
onelogin.saml2 python3-saml
open_clip open-clip-torch
OpenGL pyopengl
openid python3-openid
opensearchpy opensearch-py
openslide openslide-python
OpenSSL pyopenssl
openstack openstacksdk
openstackclient python-openstackclient
opentelemetry opentelemetry-api
osgeo gdal
osgeo.gdal gdal
osr gdal
paddle paddlepaddle
paho paho-mqtt
paho.mqtt.client paho-mqtt
pam python-pam
past future
patoolib patool
pcap pypcap
pcapng python-pcapng
pcl python-pcl
pdfminer pdfminer-six
pgdb pygresql
phonenumber_field django-phonenumber-field
pidfile python-pidfile
PIL pillow
pipeline django-pipeline
pkcs11 python-pkcs11
pkg_resources setuptools
playhouse peewee
polymorphic django-polymorphic
post_office django-post-office
powerline powerline-status
pptx python-pptx
prctl python-prctl
prestodb presto-python-client
progressbar progressbar2
proto proto-plus
pubsub pypubsub
pulsar pulsar-client
pwiz peewee
pwn pwntools
pwnlib pwntools
pyart arm-pyart
pybel openbabel
pybullet_data pybullet
pybullet_envs pybullet
pycrfsuite python-crfsuite
pydispatch pydispatcher
pylab matplotlib
pyls python-language-server
pylsp python-lsp-server
pymdownx pymdown-extensions
pymol pymol-open-source
pynvml nvidia-ml-py pynvml
PyQt5.QtWebEngineWidgets pyqtwebengine
pyrebase pyrebase4 pyrebase
pysqlite3 pysqlite3-binary pysqlite3
pythoncom pywin32
pythonjsonlogger python-json-logger
pythonosc python-osc
pyVim pyvmomi
pywintypes pywin32
pyximport cython
qcloud_cos cos-python-sdk-v5
Quartz pyobjc-framework-quartz
rapidjson python-rapidjson
redbeat celery-redbeat
rediscluster redis-py-cluster
registration django-registration
RequestsLibrary robotframework-requests
rest_auth dj-rest-auth
rest_framework djangorestframework
rest_framework_simplejwt djangorestframework-simplejwt
reversion django-reversion
robot robotframework
rocksdb python-rocksdb
RPi rpi-gpio
rtmidi python-rtmidi
ruamel ruamel-yaml
samcli aws-sam-cli
saml2 pysaml2
sane python-sane
sass libsass
sassutils libsass
sdl2 pysdl2
SeleniumLibrary robotframework-seleniumlibrary
semantic_release python-semantic-release
serial pyserial
serial_asyncio pyserial-asyncio
serpapi google-search-results
sgmllib sgmllib3k
sha3 pysha3
shapefile pyshp
signalr signalrcore
simple_history django-simple-history
simtk openmm
sip pyqt5-sip sip
sitetree django-sitetree
skbio scikit-bio
skbuild scikit-build
skfuzzy scikit-fuzzy
skgarden scikit-garden
skimage scikit-image
sklearn scikit-learn
sklearnex scikit-learn-intelex
sklego scikit-lego
skmultilearn scikit-multilearn
skopt scikit-optimize
skrf scikit-rf
skspatial scikit-spatial
sksurv scikit-survival
slack slackclient slack-sdk
slugify python-slugify
smartcard pyscard
smb pysmb
smbclient smbprotocol
snap7 python-snap7
snappy python-snappy
snowflake snowflake-connector-python
snowflake.connector snowflake-connector-python
snowflake.snowpark snowflake-snowpark-python
social_core social-auth-core
social_django social-auth-app-django
socketio python-socketio
socks pysocks
sockshandler pysocks
solid solidpython
sorl sorl-thumbnail
speech_recognition speechrecognition
speedtest speedtest-cli
splunklib splunk-sdk
sqlcipher3 sqlcipher3-binary
sseclient sseclient-py sseclient
stdnum python-stdnum
stomp stomp-py
storages django-storages
strawberry strawberry-graphql
suds suds-community suds
swiftclient python-swiftclient
systemd systemd-python
tabula tabula-py
taggit django-taggit
talib ta-lib
tastypie django-tastypie
tavily tavily-python
telebot pytelegrambotapi
telegram python-telegram-bot
tencentcloud tencentcloud-sdk-python
tinymce django-tinymce
tlslite tlslite-ng
tlz toolz
tortoise tortoise-orm
tree dm-tree
treebeard django-treebeard
trello py-trello
troveclient python-troveclient
twitter python-twitter
two_factor django-two-factor-auth
typedb typedb-driver
usb pyusb
usb1 libusb1
uwsgidecorators uwsgi
vcr vcrpy
versatileimagefield django-versatileimagefield
vertexai google-cloud-aiplatform
viewflow django-viewflow
vlc python-vlc
vt vt-py
vtkmodules vtk
waffle django-waffle
weaviate weaviate-client
webdav3 webdavclient3
websocket websocket-client
webview pywebview
whisper openai-whisper
widget_tweaks django-widget-tweaks
wikipediaapi wikipedia-api
win32api pywin32
win32clipboard pywin32
win32com pywin32
win32con pywin32
win32crypt pywin32
win32event pywin32
win32file pywin32
win32gui pywin32
win32pipe pywin32
win32print pywin32
win32process pywin32
win32security pywin32
win32service pywin32
win32serviceutil pywin32
win32ui pywin32
winrm pywinrm
wx wxpython
xdg pyxdg
xdist pytest-xdist
Xlib python-xlib
xmlrunner unittest-xml-reporting
yaml pyyaml
youtubesearchpython youtube-search-python
z3 z3-solver
zc zc-buildout
zmq pyzmq
zope zope-interface
"""


def distributions_for_import(name: str) -> tuple[str, ...]:
    """The distributions (PEP 503 names, the usual one first) that ``import name`` comes from; empty when not known.

    ``name`` is compared as PyPI would: ``_``, ``.`` and ``-`` alike, capitals too. Of a dotted name the longest known
    part counts: ``sklearn.metrics`` is a part of ``sklearn``.
    """
    table = import_names()
    while name:
        found = table.get(_normalized(name))
        if found is not None:
            return found
        name = name.rpartition(".")[0]
    return ()


@cache
def import_names() -> dict[str, tuple[str, ...]]:
    """All known import names, normalised, with their distributions."""
    lines = (line.split() for line in _TABLE.split("\n") if line)
    return {_normalized(name): tuple(distributions) for name, *distributions in lines}


def _normalized(name: str) -> str:
    return _SEPARATORS.sub("-", name).strip("-").lower()
