"""What every alarm says, and the way out in a sentence or two; docs/runbook has a page for each."""

from collections.abc import Mapping
from typing import Final

from shared.observing.alarms.declaration import Words

__all__ = ["SAYS", "WAYS_OUT"]

SAYS: Final[Mapping[str, Words]] = {
    "OutboxNotLeaving": Words(
        "服务的事件已一分钟没有发出。",
        "Facts of a service have not left it for a minute.",
    ),
    "OutboxLarge": Words(
        "待发事件超过中继数秒的发送量。",
        "More facts wait to leave than the relay carries in a few seconds.",
    ),
    "ConsumerBehind": Words(
        "服务在某个主题上落后很多。",
        "A service is far behind on a topic.",
    ),
    "EventsParked": Words(
        "有事件被搁置，等人处理。",
        "Events are parked and wait for a person.",
    ),
    "SubjectVersionMissing": Words(
        "某业务对象有一个版本没有到达。",
        "A version of a subject did not come.",
    ),
    "HorizonHeld": Words(
        "有事务长时间不结束，已删的行清理不掉。",
        "A transaction that stays open keeps dead rows alive.",
    ),
    "JournalUnsealed": Words(
        "哈希链上有行迟迟没有封存。",
        "Rows of a hash chain have not been sealed.",
    ),
    "RelayWithoutLeader": Words(
        "服务没有一个中继在领头。",
        "No relay of a service leads.",
    ),
    "RelayFailing": Words(
        "中继反复失败。",
        "The relay fails again and again.",
    ),
    "ConsumerFailing": Words(
        "消费者反复重新开始。",
        "A consumer starts anew again and again.",
    ),
    "TasksOverdue": Words(
        "到期的任务没有办。",
        "What is due is not done.",
    ),
    "TasksExhausted": Words(
        "有任务失败八次，等人处理。",
        "Tasks have failed eight times and wait for a person.",
    ),
    "PoolExhausted": Words(
        "连接池的连接全部在用。",
        "All connections of a pool are in use.",
    ),
    "ServerFaults": Words(
        "每百次请求有一次以上故障。",
        "More than one request in a hundred ends in a fault.",
    ),
    "SlowAnswers": Words(
        "每百次请求有一次超过一秒。",
        "One request in a hundred takes over a second.",
    ),
    "DatabaseAway": Words(
        "服务连不上它的数据库。",
        "A service does not reach its database.",
    ),
    "ProcessMissing": Words(
        "有进程没有应答。",
        "A process does not answer Prometheus.",
    ),
}
WAYS_OUT: Final[Mapping[str, Words]] = {
    "OutboxNotLeaving": Words(
        "先恢复消息总线，中继会自行继续；总线正常而仍不动，重启该服务的消息进程。",
        "Bring the bus back: the relay goes on by itself. With the bus well, restart the "
        "service's message process.",
    ),
    "OutboxLarge": Words(
        "看它是否在减少；不减少时，按 OutboxNotLeaving 和 HorizonHeld 处理。",
        "Watch whether it shrinks. If not, see OutboxNotLeaving and HorizonHeld.",
    ),
    "ConsumerBehind": Words(
        "增加该服务的消息进程（不超过分区数）；在日志里找处理慢的反应。",
        "Start more message processes, up to the number of partitions; look for one slow "
        "reaction in the log.",
    ),
    "EventsParked": Words(
        "先排除 error 所说的原因，再在下方重放；绝不应办理的，写明理由后放弃，再重放其后的事件。",
        "Mend the cause that the error names, then replay it below. What must never be applied: "
        "drop it, and replay what waits behind it.",
    ),
    "SubjectVersionMissing": Words(
        "台账里有：重建读模型（gongzhi replay）；台账里没有：从备份恢复，并联系维护方。",
        "If the journal has it, build the read model anew (gongzhi replay). If not, restore from "
        "the backup and call the maintainers.",
    ),
    "HorizonHeld": Words(
        "问清是谁的，然后结束最久的会话：SELECT pg_terminate_backend(PID)；再查 pg_prepared_xacts 和复制槽。",
        "Ask whose it is, then end the session open longest: SELECT pg_terminate_backend(PID). "
        "Look at pg_prepared_xacts and replication slots too.",
    ),
    "JournalUnsealed": Words(
        "重启消息进程；结束长时间不结束的事务（HorizonHeld），封存在等它。",
        "Restart the message process; end a transaction that stays open (HorizonHeld): the "
        "sealer waits for it.",
    ),
    "RelayWithoutLeader": Words(
        "看消息进程是否在运行、能否连上数据库；死机占着的锁几秒后随连接释放。",
        "See that the message process runs and reaches its database. A dead machine's lock ends "
        "with its connection, seconds later.",
    ),
    "RelayFailing": Words(
        "日志写明总线的故障：连不上、同步副本不足、主题没有建立（gongzhi topics apply）。",
        "The log names the fault of the bus: unreachable, too few replicas in sync, a topic not "
        "declared (gongzhi topics apply).",
    ),
    "ConsumerFailing": Words(
        "恢复消息总线或数据库；看进程是否因内存被杀。",
        "Bring bus or database back; look for a process that is killed for its memory.",
    ),
    "TasksOverdue": Words(
        "看消息进程是否在运行；总是失败的一类任务，其 error 写明原因。",
        "See that the message process runs. A kind that always fails names its fault in error.",
    ),
    "TasksExhausted": Words(
        "排除原因后让它再试：UPDATE 服务.due_tasks SET attempts = 0, due_at = now() WHERE id = …。",
        "Mend the cause, then have them tried again: UPDATE SERVICE.due_tasks SET attempts = 0, "
        "due_at = now() WHERE id = ….",
    ),
    "PoolExhausted": Words(
        "找等锁的语句；否则在数据库允许的范围内调大 GONGZHI_DATABASE_POOL_MAX。",
        "Look for statements that wait for a lock; else raise GONGZHI_DATABASE_POOL_MAX, within "
        "what the server allows.",
    ),
    "ServerFaults": Words(
        "用调用方拿到的追踪号查日志；503 看数据库，504 看 ConsumerBehind。",
        "Find the trace id that the caller was given in the log; for 503 look at the database, "
        "for 504 at ConsumerBehind.",
    ),
    "SlowAnswers": Words(
        "看最慢的路由（gongzhi_request_seconds 按 route），再看它的语句。",
        "Look at the route with the slowest answers (gongzhi_request_seconds by route), then at "
        "its statement.",
    ),
    "DatabaseAway": Words(
        "恢复 PostgreSQL；各进程会自行重新连上。",
        "Bring PostgreSQL back; the processes find it again by themselves.",
    ),
    "ProcessMissing": Words(
        "重新启动它；看日志末尾它为什么停下。",
        "Start it again; look at the end of its log for why it stopped.",
    ),
}
