"""Every limit that protects the platform from its users: durations in seconds (`_S`), sizes in bytes
(`_BYTES`), everything else a count.
"""

DATABASE_READERS_MAX = 10
DATABASE_WRITERS_MAX = 10
"""Connections of one process; readers never queue behind writers that wait for a network's lock."""
DATABASE_CONNECTION_WAIT_S = 30
LOCK_WAIT_S = 30
STATEMENT_S = 60
IDLE_TRANSACTION_S = 60

EVENT_BATCH_MAX = 500
EVENT_STREAM_LENGTH_MAX = 5_000
"""Events kept in a Redis stream; older ones are replayed from the table."""
EVENT_POLL_S = 0.5
"""How often the table is looked into while nobody can tell of news."""
EVENT_SILENCE_S = 2.0
"""Who is told of news and hears nothing for this long looks into the table."""
EVENT_UNSETTLED_POLL_S = 0.02
RELAY_ELECTION_S = 1.0
LOG_BATCH_MAX = 2_000
"""Entries that one transaction adds to their transparency log."""
LOG_VERDICTS_MAX = 25
"""Verdicts likewise: they are long, and hashing them holds up the worker's other tasks."""
LOG_CHECKPOINT_LEAVES = 1_000
LOG_CHECKPOINT_S = 3_600
"""Checkpoints are kept at every so many leaves, and so often while a log grows."""
LOG_PAUSE_S = 0.1
"""How long leaves gather before they are integrated together."""
LOG_LOOK_S = 30.0
"""How long a worker may leave a log alone that has no new leaves."""
LOG_GRACE_S = 60
"""What is older than this and not in the log is missing from it."""
RETRY_FIRST_S = 0.05
RETRY_MAX_S = 5.0

JOB_PROCESSES = 1
"""Jobs that one worker runs at once."""
JOB_POLL_S = 1.0
JOB_HEARTBEAT_S = 1.0
"""How often a running job's progress is stored, its lease extended, and its cancellation noticed."""
JOB_LEASE_S = 15.0
"""A job whose worker has not reported for this long goes to another worker."""
JOB_ATTEMPTS_MAX = 3
JOB_GRACE_S = 2.0
"""How long the process of a cancelled job may take to end before it is killed."""
JOB_MESSAGE_BYTES_MAX = 20_000_000
"""The longest result that a job may have."""
JOBS_WAITING_MAX = 20
"""Jobs that one party may have waiting."""
VALIDATION_S_MAX = 600
DISPATCH_S_MAX = 600

IDEMPOTENCY_KEY_LENGTH_MAX = 200
JWT_SECRET_LENGTH_MIN = 32
METRICS_TOKEN_LENGTH_MIN = 32

PAGE_SIZE_DEFAULT = 50
PAGE_SIZE_MAX = 100
TOTAL_COUNT_MAX = 10_000
"""Rows of a list that are counted; of more it is only said that there are more."""
INPUT_LIST_MAX = 500
SEARCH_LENGTH_MAX = 100
REQUEST_BODY_BYTES_MAX = 1_000_000
REFUSED_BODY_BYTES_MAX = 40_000_000
REFUSED_BODY_S = 10
"""What is read of a body that is too long, so that its sender sees the answer."""
MESSAGE_LENGTH_MAX = 2_000
"""Characters of one message to a client; input that it quotes is cut."""
UPLOAD_BYTES_MAX = 20_000_000
UPLOAD_S = 300
UPLOADS_AT_ONCE = 4
"""Uploads that one process receives at the same time; others wait."""
UPLOAD_HELD_S = 900
"""How long an upload is held for the command that reads it."""
QUERY_CHARACTERS_MAX = 100_000
"""Characters of a document that is sent: all are read, while blanks, commas and comments are no tokens."""
QUERY_TOKENS_MAX = 2_000
KNOWN_DOCUMENTS_CHARACTERS_MAX = 200_000
"""Documents that a process keeps parsed, which take some 120 bytes for each character."""
QUERY_ALIASES_MAX = 30
QUERY_DEPTH_MAX = 12
QUERY_OVERLAPS_MAX = 10_000
"""Pairs of equal fields, whose comparison takes validation some 10 µs each."""
QUERY_COST_MAX = 20_000
LISTED_OPERATIONS_MAX = 5_000
LISTED_OPERATIONS_BYTES_MAX = 20_000_000
"""What the clients of an installation may list, together and in one file."""
VARIABLE_VALUES_MAX = 20_000
VARIABLE_DEPTH_MAX = 30
OPERATION_S = 20
QUESTIONS_AT_ONCE_MAX = 2
"""Questions to verifiers that one process answers at once, each of another network and another party; those
under a network's lock are not counted."""
QUESTIONS_WAITING_MAX = 100
"""Questions of one party that may wait for the verifiers of one process."""
AVAILABILITY_QUANTITIES_MAX = 400_000
"""Quantities of one answer about many routes, after gas days alike are made one."""
CONNECTION_INIT_S = 10
PRINCIPAL_RECHECK_S = 20
"""How often the credentials of a socket are checked anew when nothing is heard of their end."""
SUBSCRIPTIONS_PER_SOCKET_MAX = 20
SHARED_EVENT_S = 1.0
"""How long what was shown of an event is shown to others alike."""
SHARED_EVENTS_MAX = 4_096
SOCKETS_PER_PARTY_MAX = 200
SUBSCRIPTIONS_PER_PARTY_MAX = 1_000
"""What the users and keys of one party may have open in one process."""

ACCESS_TOKEN_S = 900
REFRESH_REPEAT_S = 60
"""How long a refresh token that was replaced gets the same answer again, for requests that cross."""
SESSION_IDLE_S = 43_200
"""A session ends that was not refreshed for this long, and after `SESSION_S_MAX` in any case."""
SESSION_S_MAX = 604_800
SESSION_KEPT_S = 2_592_000
"""How long a session that has ended is kept."""
SESSIONS_PER_ACCOUNT_MAX = 100
"""Of more the least recently used ends."""
JWT_LEEWAY_S = 30
JWT_LENGTH_MAX = 8_192
JWKS_FRESH_S = 3600
JWKS_REFRESH_S = 30
JWKS_STALE_S = 86_400
JWKS_WAIT_S = 5
JWKS_BYTES_MAX = 200_000
AUTHENTICATION_FRESH_S = 5
"""How long a process trusts that a token or key it has just checked is still good."""
AUTHENTICATIONS_KEPT_MAX = 10_000
INITIAL_PASSWORD_DAYS = 7
"""How long a password that an administrator had made may be replaced at the first sign-in."""
API_KEY_DAYS_MAX = 366
API_KEY_OVERLAP_DAYS_MAX = 30
API_KEYS_PER_PARTY_MAX = 50
SIGN_IN_FAILURES_PER_ADDRESS_MAX = 100
SIGN_IN_FAILURES_WINDOW_S = 900
SIGN_IN_FORGET_S = 86_400
"""How long failures to sign in to an account from an address are remembered after the last one."""
ENDINGS_SILENCE_S = 10
"""How long the connection over which ended sessions are announced may be silent before it is tried."""
WRONG_CODES_MAX = 10
WRONG_CODES_WINDOW_S = 3_600
"""How many wrong codes of a second factor there may be for one account in this time."""
BUCKET_WAIT_S = 0.25
BUCKETS_PER_PROCESS_MAX = 10_000
