using ExpertCluster.Router.Apis.OpenAi;

namespace ExpertCluster.Router.Apis.Encoders;

/// <summary>Every field of requests that vLLM's /score and /rerank know, and Cohere's and Jina's rerank (as of November 2026), and what becomes of it here. docs/api.md shows it.</summary>
internal static class ScoreFields
{
    public const string Query = "query";
    public const string Queries = "queries";
    public const string Documents = "documents";
    public const string First = "text_1";
    public const string Second = "text_2";
    public const string FirstData = "data_1";
    public const string SecondData = "data_2";
    public const string Top = "top_n";
    public const string Return = "return_documents";

    private const string Alias = "another name of the same";

    private static readonly RequestField[] Shared =
    [
        FieldTable.Works("model", "an encoder's name; `auto` or absent: the only one that gives scores, else the only one that gives vectors"),
        FieldTable.Works(EncoderFields.Truncate, EncoderFields.TruncateNote),
        FieldTable.Nothing("user", "callers are told apart by their keys"),
        FieldTable.Nothing("request_id", "the header `x-request-id` is taken"),
        FieldTable.Nothing("cache_salt", "nothing is kept of texts"),
        FieldTable.Refused("use_activation", "scores are as the encoder's folder says", "true"),
        FieldTable.Refused("activation", "scores are as the encoder's folder says", "true"),
        FieldTable.Refused("truncation_side", "texts are cut at their end", "\"right\""),
        FieldTable.Refused("add_special_tokens", "texts get a beginning and ends", "true"),
        FieldTable.Refused("instruction", "encoders read no instructions"),
        FieldTable.Refused("chat_template", "encoders have no chat template"),
        FieldTable.Refused("chat_template_kwargs", "encoders have no chat template", "{}"),
        FieldTable.Refused("mm_processor_kwargs", "texts alone are read", "{}"),
        FieldTable.Refused("priority", "there are no priorities", "0"),
    ];

    public static FieldTable Score { get; } = new("/score",
    [
        FieldTable.Works(Queries, "a text for all documents, or a list of one for each"),
        FieldTable.Works(Documents, "a text, or a list of up to 2048"),
        FieldTable.Works(First, $"`{Queries}`, {Alias}"),
        FieldTable.Works(Second, $"`{Documents}`, {Alias}"),
        FieldTable.Works(FirstData, $"`{Queries}`, {Alias}"),
        FieldTable.Works(SecondData, $"`{Documents}`, {Alias}"),
        .. Shared,
    ]);

    public static FieldTable Rerank { get; } = new("/v1/rerank",
    [
        FieldTable.Works(Query, "a text"),
        FieldTable.Works(Documents, "up to 2048, each a text or `{\"text\": ...}`"),
        FieldTable.Works(Top, "so many of the best; 0 or absent: all"),
        FieldTable.Works(Return, "whether answers have the documents; default true, as vLLM has it"),
        .. Shared,
        FieldTable.Refused("max_tokens_per_doc", $"`{EncoderFields.Truncate}` cuts", "4096"),
        FieldTable.Refused("max_chunks_per_doc", "a document is read as one"),
        FieldTable.Refused("rank_fields", "a document is one text", "[]"),
    ]);
}
