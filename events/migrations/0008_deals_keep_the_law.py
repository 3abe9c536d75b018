from django.db import migrations

LAWFUL_DEAL = """
CREATE FUNCTION events_deal_lawful() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    begins_version constant boolean := NEW.version = OLD.version + 1;
    unsaid constant text[] := ARRAY[
        'merged_into_id', 'buyer_id', 'supplier_id', 'need_id', 'event_id', 'meeting_id',
        'intention_cny', 'signed_cny', 'ordered_cny', 'fulfilled_cny'];
BEGIN
    IF NEW.stage <> OLD.stage AND NOT (OLD.stage || '>' || NEW.stage) = ANY (ARRAY[
        'intention>framework', 'intention>signed', 'intention>terminated',
        'framework>signed', 'framework>terminated',
        'signed>performing', 'signed>completed', 'signed>terminated',
        'performing>completed', 'performing>terminated'])
    THEN
        RAISE EXCEPTION 'deal %: a deal that is % cannot become %', OLD.id, OLD.stage, NEW.stage
            USING ERRCODE = 'check_violation', CONSTRAINT = 'deal_stage_follows_the_last';
    END IF;
    IF NEW.version <> OLD.version AND NOT begins_version THEN
        RAISE EXCEPTION 'deal %: version % is followed by the next, not by %', OLD.id, OLD.version, NEW.version
            USING ERRCODE = 'check_violation', CONSTRAINT = 'deal_versions_follow_each_other';
    END IF;
    IF (OLD.intention_on IS NOT NULL AND NEW.intention_on IS NULL)
        OR (OLD.framework_on IS NOT NULL AND NEW.framework_on IS NULL)
        OR (OLD.signed_on IS NOT NULL AND NEW.signed_on IS NULL)
        OR (OLD.performing_on IS NOT NULL AND NEW.performing_on IS NULL)
        OR (OLD.completed_on IS NOT NULL AND NEW.completed_on IS NULL)
        OR (OLD.terminated_on IS NOT NULL AND NEW.terminated_on IS NULL)
    THEN
        RAISE EXCEPTION 'deal %: the date of a stage is never taken away', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'deal_dates_stay';
    END IF;
    IF NOT begins_version AND (
        ROW(NEW.title_zh, NEW.title_en, NEW.quantity, NEW.unit, NEW.intention_amount, NEW.signed_amount,
            NEW.currency, NEW.rate_to_cny, NEW.rate_date)
        IS DISTINCT FROM
        ROW(OLD.title_zh, OLD.title_en, OLD.quantity, OLD.unit, OLD.intention_amount, OLD.signed_amount,
            OLD.currency, OLD.rate_to_cny, OLD.rate_date)
        OR (OLD.intention_on IS NOT NULL AND NEW.intention_on <> OLD.intention_on)
        OR (OLD.framework_on IS NOT NULL AND NEW.framework_on <> OLD.framework_on)
        OR (OLD.signed_on IS NOT NULL AND NEW.signed_on <> OLD.signed_on)
        OR (OLD.performing_on IS NOT NULL AND NEW.performing_on <> OLD.performing_on)
        OR (OLD.completed_on IS NOT NULL AND NEW.completed_on <> OLD.completed_on)
        OR (OLD.terminated_on IS NOT NULL AND NEW.terminated_on <> OLD.terminated_on))
    THEN
        RAISE EXCEPTION 'deal %: its values change only with a new version', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'deal_values_change_with_a_version';
    END IF;
    IF begins_version AND NEW.verified_at IS NOT NULL THEN
        RAISE EXCEPTION 'deal %: a new version is not verified yet', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'deal_version_is_verified_anew';
    END IF;
    IF OLD.verified_at IS NULL AND NEW.verified_at IS NOT NULL
        AND NOT EXISTS (SELECT FROM events_evidence WHERE deal_id = NEW.id)
    THEN
        RAISE EXCEPTION 'deal %: verified without a document', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'deal_verified_with_a_document';
    END IF;
    IF ROW(NEW.recorded_by_id, NEW.recorded_at, NEW.idempotency_key, NEW.recording_digest)
        IS DISTINCT FROM ROW(OLD.recorded_by_id, OLD.recorded_at, OLD.idempotency_key, OLD.recording_digest)
    THEN
        RAISE EXCEPTION 'deal %: who recorded it, when and how stays', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'deal_recording_stays';
    END IF;
    IF OLD.merged_into_id IS NOT NULL AND NEW.merged_into_id IS NOT NULL
        AND to_jsonb(NEW) - unsaid IS DISTINCT FROM to_jsonb(OLD) - unsaid
    THEN
        RAISE EXCEPTION 'deal %: it was merged into % and stays as it was', OLD.id, OLD.merged_into_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'deal_merged_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER deal_lawful BEFORE UPDATE ON events_deal
    FOR EACH ROW EXECUTE FUNCTION events_deal_lawful();
"""

SIDES = """
CREATE FUNCTION events_deal_sides() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (VALUES (OLD.buyer_id, NEW.buyer_id), (OLD.supplier_id, NEW.supplier_id)) AS side (was, now)
        WHERE was <> now
            AND NOT EXISTS (SELECT FROM companies_company WHERE id = was AND merged_into_id = now))
    THEN
        RAISE EXCEPTION 'deal %: another firm takes part only in a new version, or by a merge', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'deal_sides_change_with_a_version';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER deal_sides AFTER UPDATE OF buyer_id, supplier_id ON events_deal
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.version = OLD.version
        AND (OLD.buyer_id, OLD.supplier_id) IS DISTINCT FROM (NEW.buyer_id, NEW.supplier_id))
    EXECUTE FUNCTION events_deal_sides();
"""

ANSWERED_ONCE = """
CREATE FUNCTION events_confirmation_lawful() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF ROW(NEW.deal_id, NEW.side, NEW.version, NEW.token_hash, NEW.shown)
        IS DISTINCT FROM ROW(OLD.deal_id, OLD.side, OLD.version, OLD.token_hash, OLD.shown)
        OR (OLD.voided_at IS NOT NULL AND NEW.voided_at IS DISTINCT FROM OLD.voided_at)
    THEN
        RAISE EXCEPTION 'confirmation %: what was asked, of whom and about what stays', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'confirmation_question_stays';
    END IF;
    IF (OLD.answer <> '' OR OLD.voided_at IS NOT NULL)
        AND ROW(NEW.answer, NEW.answered_at, NEW.comment)
            IS DISTINCT FROM ROW(OLD.answer, OLD.answered_at, OLD.comment)
    THEN
        RAISE EXCEPTION 'confirmation %: it is answered once, and not after it is void', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'confirmation_answered_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER confirmation_lawful BEFORE UPDATE ON events_confirmation
    FOR EACH ROW EXECUTE FUNCTION events_confirmation_lawful();
"""

EVIDENCE_STAYS = """
CREATE FUNCTION events_evidence_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'document %: it is kept as it was added', OLD.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_stays';
END $$;
CREATE TRIGGER evidence_stays BEFORE UPDATE ON events_evidence
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION events_evidence_stays();
"""


class Migration(migrations.Migration):
    """Illegal steps of a deal, its confirmations and documents are refused whoever writes, raw SQL included.

    The steps are those of ``events.deals.signing.NEXT``; a test compares the two.
    """

    dependencies = [("companies", "0001_initial"), ("events", "0007_lawful_deals")]

    operations = [
        migrations.RunSQL(LAWFUL_DEAL, "DROP TRIGGER deal_lawful ON events_deal; DROP FUNCTION events_deal_lawful()"),
        migrations.RunSQL(SIDES, "DROP TRIGGER deal_sides ON events_deal; DROP FUNCTION events_deal_sides()"),
        migrations.RunSQL(
            ANSWERED_ONCE,
            "DROP TRIGGER confirmation_lawful ON events_confirmation; DROP FUNCTION events_confirmation_lawful()",
        ),
        migrations.RunSQL(
            EVIDENCE_STAYS, "DROP TRIGGER evidence_stays ON events_evidence; DROP FUNCTION events_evidence_stays()"
        ),
    ]
