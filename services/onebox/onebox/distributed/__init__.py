"""The distributed form on one machine, without Docker: real processes, a real Kafka, HAProxy in front."""

from onebox.distributed.platform import Distributed
from onebox.distributed.process import ProcessDied, ServiceProcess
from onebox.distributed.settings import settings_in

__all__ = ["Distributed", "ProcessDied", "ServiceProcess", "settings_in"]
