from django.db import migrations

# What a company is called, in one text that one trigram index serves. The function is immutable because
# upper() and array_to_string() of texts depend on nothing but their arguments here.
FUNCTION = r"""
CREATE FUNCTION companies_called(name_zh text, name_en text, brands text[]) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN upper(E'\n' || name_zh || E'\n' || name_en || E'\n' || array_to_string(brands, E'\n') || E'\n');
END $$;
"""
INDEX = """
CREATE INDEX company_called_trigrams ON companies_company
USING gin (companies_called(name_zh, name_en, brands) gin_trgm_ops);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('companies', '0002_chain_nodes_of_support'),
    ]

    operations = [
        migrations.RunSQL(FUNCTION, 'DROP FUNCTION companies_called(text, text, text[])'),
        migrations.RunSQL(INDEX, 'DROP INDEX company_called_trigrams'),
    ]
