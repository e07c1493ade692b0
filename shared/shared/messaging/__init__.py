"""How facts travel: envelope, bus (PostgreSQL or Kafka), relay, consumer, parking."""

from shared.messaging.applying import Applied, Applier, ReactionFailed
from shared.messaging.bus import Bus, BusUnavailable, Delivery, Subscription
from shared.messaging.cloudevents import CloudEvent, MalformedMessage
from shared.messaging.consumer import Consumer, ConsumerMetrics
from shared.messaging.envelope import Message, dataschema_of, topic_of
from shared.messaging.events import UnknownFact, event_of
from shared.messaging.following import ArrivalState, follow_event, versions_of
from shared.messaging.inbox import prune_inbox
from shared.messaging.kafka import KafkaBus, KafkaSettings
from shared.messaging.leadership import Announcer
from shared.messaging.operator_acts import OPERATOR_ACTS, act_of, note_act
from shared.messaging.parking import (
    PARKED,
    AlreadyDecided,
    NotParked,
    ParkedEvent,
    Replayed,
    drop_parked,
    parked_of,
    replay_parked,
    show_parked,
)
from shared.messaging.postgres import BUS_DDL, RETENTION, PostgresBus, install_bus, prune_log
from shared.messaging.reading_ahead import ConsumerLimits
from shared.messaging.rebuild import (
    THE_BEGINNING,
    Difference,
    HorizonStands,
    Progress,
    ReachesOutside,
    ReadModel,
    ReadModelUnfit,
    Rebuild,
    RebuildUnderWay,
    Rebuilt,
)
from shared.messaging.relay import Relay, RelayLimits, RelayMetrics
from shared.messaging.subscriptions import (
    FactWithoutCause,
    Heard,
    Reaction,
    SetWise,
    Subscriptions,
    react_to_one,
)

__all__ = [
    "BUS_DDL",
    "OPERATOR_ACTS",
    "PARKED",
    "RETENTION",
    "THE_BEGINNING",
    "AlreadyDecided",
    "Announcer",
    "Applied",
    "Applier",
    "ArrivalState",
    "Bus",
    "BusUnavailable",
    "CloudEvent",
    "Consumer",
    "ConsumerLimits",
    "ConsumerMetrics",
    "Delivery",
    "Difference",
    "FactWithoutCause",
    "Heard",
    "HorizonStands",
    "KafkaBus",
    "KafkaSettings",
    "MalformedMessage",
    "Message",
    "NotParked",
    "ParkedEvent",
    "PostgresBus",
    "Progress",
    "ReachesOutside",
    "Reaction",
    "ReactionFailed",
    "ReadModel",
    "ReadModelUnfit",
    "Rebuild",
    "RebuildUnderWay",
    "Rebuilt",
    "Relay",
    "RelayLimits",
    "RelayMetrics",
    "Replayed",
    "SetWise",
    "Subscription",
    "Subscriptions",
    "UnknownFact",
    "act_of",
    "dataschema_of",
    "drop_parked",
    "event_of",
    "follow_event",
    "install_bus",
    "note_act",
    "parked_of",
    "prune_inbox",
    "prune_log",
    "react_to_one",
    "replay_parked",
    "show_parked",
    "topic_of",
    "versions_of",
]
