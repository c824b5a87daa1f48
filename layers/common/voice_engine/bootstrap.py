"""Puts the service together: the only place that names concrete adapters. Each is made once, when first asked for."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache, cached_property

from voice_engine import language
from voice_engine.analysis import Analysis
from voice_engine.analytics import EVOLUTION_SCHEMA, Analyst
from voice_engine.announcement import announcer
from voice_engine.archetypes import ArchetypeLibrary
from voice_engine.breaker import CircuitBreaker
from voice_engine.cache import ReadThroughCache
from voice_engine.clock import utc_now
from voice_engine.contents import ContentLibrary
from voice_engine.erasing import Eraser
from voice_engine.explanation import Explainer
from voice_engine.exporting import Exporter
from voice_engine.health import HealthCheck
from voice_engine.import_rebuild import ImportRebuild
from voice_engine.importing import Importing
from voice_engine.issuer_keys import keys_by_url, keys_given
from voice_engine.learner import Learned, Learner
from voice_engine.learner_invocation import invoker
from voice_engine.learning_progress import LearningProgress
from voice_engine.learning_run import LearningRun
from voice_engine.lease import Leases
from voice_engine.profiles import BODY_SCHEMA, ProfileDesk
from voice_engine.queue import LearningQueue
from voice_engine.queue_desk import QueueDesk
from voice_engine.rate_limit import Operations, RateLimiter
from voice_engine.redis_connection import RedisClient, connect
from voice_engine.redis_iam import ElastiCacheIamCredentials
from voice_engine.relearning import Relearning
from voice_engine.retelling import Retelling
from voice_engine.secret import fetch_secret
from voice_engine.settings import Settings, settings
from voice_engine.store.account import Account
from voice_engine.store.archetypes import EDITION, Archetypes
from voice_engine.store.commits import Commits
from voice_engine.store.contents import Contents
from voice_engine.store.database import Database
from voice_engine.store.edits import Edits
from voice_engine.store.erasures import Erasures
from voice_engine.store.events import Events
from voice_engine.store.imported import Imported
from voice_engine.store.imports import Imports
from voice_engine.store.personal_data import PersonalData
from voice_engine.store.profiles import Profiles
from voice_engine.store.requests import Requests
from voice_engine.store.retellings import Retellings
from voice_engine.store.versions import Versions
from voice_engine.sweep import Sweep
from voice_engine.text_retention import TextRetention
from voice_engine.timeline import Timeline
from voice_engine.tokens import TokenVerifier
from voice_engine.unlearning import Unlearning
from voice_engine.version_history import VersionHistory
from voice_engine.voice_desk import VoiceDesk
from voice_engine.voices import Voices
from voice_engine.wake import Wake
from voice_engine.windows import Windows


class Engine:
    """The use cases and what they stand on, wired by `settings`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def database(self) -> Database:
        s = self._settings
        uri, secret = s.mongodb_uri, s.mongodb_uri_secret

        def connection_string() -> str:
            return uri if uri is not None else fetch_secret(secret or "")

        return Database(connection_string, s.mongodb_database, timeout_seconds=s.mongodb_timeout_seconds)

    @cached_property
    def redis(self) -> RedisClient:
        s = self._settings
        credentials = None
        if s.redis_iam_user is not None and s.redis_iam_cache is not None:
            credentials = ElastiCacheIamCredentials(
                user=s.redis_iam_user, cache=s.redis_iam_cache, region=s.aws_region or ""
            )
        return connect(
            s.redis_url,
            cluster=s.redis_cluster,
            timeout_seconds=s.redis_timeout_seconds,
            credentials=credentials,
        )

    @cached_property
    def breaker(self) -> CircuitBreaker:
        return CircuitBreaker(open_seconds=self._settings.redis_breaker_seconds)

    @cached_property
    def cache(self) -> ReadThroughCache:
        return self._cache(schema=BODY_SCHEMA, ttl_seconds=self._settings.profile_cache_ttl_seconds)

    @cached_property
    def rate_limiter(self) -> RateLimiter:
        s = self._settings
        per_minute: dict[Operations, int] = {
            "writes": s.rate_limit_writes_per_minute,
            "drafts": s.rate_limit_drafts_per_minute,
        }
        return RateLimiter(self.redis, self.breaker, per_minute=per_minute)

    @cached_property
    def evolution_cache(self) -> ReadThroughCache:
        return self._cache(schema=EVOLUTION_SCHEMA, ttl_seconds=self._settings.evolution_cache_ttl_seconds)

    @cached_property
    def queue(self) -> LearningQueue:
        return LearningQueue(
            self.redis,
            prefix=self._settings.queue_prefix,
            claim_seconds=self._settings.learning_claim_seconds,
            clock=utc_now,
            breaker=self.breaker,
        )

    @cached_property
    def leases(self) -> Leases:
        return Leases(self.redis, breaker=self.breaker)

    @cached_property
    def wake(self) -> Wake:
        return Wake(self.redis, self.breaker, self._invoke_learner())

    def _invoke_learner(self) -> Callable[[], None] | None:
        """None where nobody is to be asked: without a name, and on a laptop that has no Lambda of its own."""
        s = self._settings
        if s.learner_function_name is None or (s.aws_sam_local and s.aws_endpoint_url_lambda is None):
            return None
        return invoker(s.learner_function_name, endpoint_url=s.aws_endpoint_url_lambda)

    @cached_property
    def contents(self) -> Contents:
        return Contents(self.database)

    @cached_property
    def edits(self) -> Edits:
        return Edits(self.database)

    @cached_property
    def events(self) -> Events:
        return Events(self.database, self.edits)

    @cached_property
    def profiles(self) -> Profiles:
        return Profiles(self.database)

    @cached_property
    def versions(self) -> Versions:
        return Versions(self.database)

    @cached_property
    def commits(self) -> Commits:
        return Commits(self.database, self.profiles, self.edits, self.events, self.versions)

    @cached_property
    def requests(self) -> Requests:
        return Requests(self.database)

    @cached_property
    def windows(self) -> Windows:
        return Windows(
            rate=timedelta(minutes=self._settings.learning_rate_limit_minutes),
            batch=timedelta(minutes=self._settings.edit_batch_window_minutes),
        )

    @cached_property
    def tokens(self) -> TokenVerifier:
        s = self._settings
        keys = keys_given(s.oidc_jwks) if s.oidc_jwks is not None else keys_by_url(s.oidc_jwks_url or "")
        return TokenVerifier(keys, issuer=s.oidc_issuer, audience=s.oidc_audience)

    @cached_property
    def content_library(self) -> ContentLibrary:
        return ContentLibrary(
            self.database,
            self.contents,
            self.edits,
            self.profiles,
            self.requests,
            announce=announcer(self.queue, self.wake),
            clock=utc_now,
        )

    @cached_property
    def profile_desk(self) -> ProfileDesk:
        return ProfileDesk(self.profiles, self.commits, self.cache, clock=utc_now)

    @cached_property
    def version_history(self) -> VersionHistory:
        return VersionHistory(self.profile_desk, self.profiles, self.versions, self.edits)

    @cached_property
    def voices(self) -> Voices:
        return Voices(self.profiles, self.commits, self.cache, clock=utc_now)

    @cached_property
    def archetype_library(self) -> ArchetypeLibrary:
        presets = self._cache(schema=EDITION, ttl_seconds=self._settings.archetype_cache_ttl_seconds)
        return ArchetypeLibrary(
            self.database, Archetypes(self.database), self.profiles, self.profile_desk, self.requests, presets
        )

    @cached_property
    def analysis(self) -> Analysis:
        return Analysis(self.profile_desk, detect_language=language.detect)

    @cached_property
    def voice_desk(self) -> VoiceDesk:
        return VoiceDesk(self.profiles, detect_language=language.detect)

    @cached_property
    def explainer(self) -> Explainer:
        return Explainer(self.profiles, self.edits, self.windows, clock=utc_now)

    @cached_property
    def analyst(self) -> Analyst:
        return Analyst(self.profiles, self.edits, self.evolution_cache)

    @cached_property
    def timeline(self) -> Timeline:
        return Timeline(self.profiles, self.events)

    @cached_property
    def learning_progress(self) -> LearningProgress:
        return LearningProgress(self.edits, self.profiles, self.windows, clock=utc_now)

    @cached_property
    def queue_desk(self) -> QueueDesk:
        return QueueDesk(self.database, self.edits, self.queue, self.wake, clock=utc_now)

    @cached_property
    def account(self) -> Account:
        return Account(self.database)

    @cached_property
    def imports(self) -> Imports:
        return Imports(self.database)

    @cached_property
    def imported(self) -> Imported:
        return Imported(self.database)

    @cached_property
    def erasures(self) -> Erasures:
        return Erasures(self.database)

    @cached_property
    def exporter(self) -> Exporter:
        return Exporter(self.account)

    @cached_property
    def importing(self) -> Importing:
        wake = self.wake.request
        return Importing(
            self.database, self.account, self.imports, self.imported, self.erasures, wake=wake, clock=utc_now
        )

    @cached_property
    def import_rebuild(self) -> ImportRebuild:
        return ImportRebuild(
            self.database,
            self.account,
            self.imports,
            self.imported,
            self.erasures,
            self.profiles,
            self.events,
            self.commits,
            self.leases,
            self.cache,
            clock=utc_now,
        )

    @cached_property
    def retelling(self) -> Retelling:
        return Retelling(
            self.profiles,
            self.events,
            self.commits,
            Retellings(self.database, self.profiles, self.events),
            self.leases,
            self.cache,
            clock=utc_now,
        )

    @cached_property
    def relearning(self) -> Relearning:
        return Relearning(self.profiles, self.retelling)

    @cached_property
    def unlearning(self) -> Unlearning:
        return Unlearning(self.database, self.edits, self.requests, self.retelling, wake=self.wake.request)

    @cached_property
    def text_retention(self) -> TextRetention:
        days = self._settings.text_retention_days
        kept = None if days is None else timedelta(days=days)
        return TextRetention(self.contents, self.edits, kept=kept, clock=utc_now)

    @cached_property
    def eraser(self) -> Eraser:
        return Eraser(
            Erasures(self.database),
            PersonalData(self.database),
            self.profiles,
            self.cache,
            self.leases,
            self.queue,
            self.rate_limiter,
            grace=timedelta(seconds=self._settings.erasure_grace_seconds),
            wake=self.wake.request,
            clock=utc_now,
        )

    @cached_property
    def health(self) -> HealthCheck:
        window = max(self.windows.rate, self.windows.batch)
        return HealthCheck(
            self.database,
            self.edits,
            self.queue,
            self.cache,
            window_seconds=window.total_seconds(),
            clock=utc_now,
        )

    def learner(self, report: Callable[[Learned], None]) -> Learner:
        """What learns a job, and tells `report` of each transaction."""
        return Learner(
            self.edits,
            self.contents,
            self.profiles,
            self.commits,
            self.leases,
            self.cache,
            self.windows,
            detect_language=language.detect,
            clock=utc_now,
            report=report,
        )

    def learning_run(self, report: Callable[[Learned], None]) -> LearningRun:
        """A whole run of the learner."""
        sweep = Sweep(self.queue, self.edits, self.profiles, self.cache)
        concurrency = self._settings.learning_queue_concurrency
        return LearningRun(
            self.database,
            self.edits,
            self.queue,
            self.wake,
            sweep,
            self.learner(report),
            self.relearning,
            self.unlearning,
            self.eraser,
            self.text_retention,
            self.import_rebuild,
            concurrency=concurrency,
        )

    def _cache(self, *, schema: int, ttl_seconds: int) -> ReadThroughCache:
        # Who fills it reads MongoDB meanwhile.
        fill = self._settings.mongodb_timeout_seconds
        return ReadThroughCache(self.redis, self.breaker, schema=schema, ttl_seconds=ttl_seconds, fill_seconds=fill)


@cache
def engine() -> Engine:
    """The engine of this process, by its environment. Raises SettingsError when that cannot be used."""
    return Engine(settings())
