using ExpertCluster.Router.Apis.OpenAi;

namespace ExpertCluster.Router.Apis.Encoders;

/// <summary>Every field of requests that OpenAI's and vLLM's /v1/embeddings know (as of November 2026), and what becomes of it here. docs/api.md shows it.</summary>
internal static class EmbeddingsFields
{
    public const string Input = "input";
    public const string Format = "encoding_format";
    public const string Dimensions = "dimensions";

    private const string NoChat = "encoders have no chat template";

    public static FieldTable Table { get; } = new("/v1/embeddings",
    [
        FieldTable.Works("model", "an encoder's name; `auto` or absent: the only one that gives vectors"),
        FieldTable.Works(Input, "a text, a list of up to 2048, token ids of the encoder, or a list of lists of them"),
        FieldTable.Works(Format, "`float` (default) or `base64`: 32-bit floats, little-endian"),
        FieldTable.Works(Dimensions, "the encoder's own number alone"),
        FieldTable.Works(EncoderFields.Truncate, EncoderFields.TruncateNote),
        FieldTable.Nothing("user", "callers are told apart by their keys"),
        FieldTable.Nothing("request_id", "the header `x-request-id` is taken"),
        FieldTable.Nothing("cache_salt", "nothing is kept of texts"),
        FieldTable.Refused("messages", NoChat),
        FieldTable.Refused("chat_template", NoChat),
        FieldTable.Refused("chat_template_kwargs", NoChat),
        FieldTable.Refused("add_generation_prompt", NoChat, "false"),
        FieldTable.Refused("continue_final_message", NoChat, "false"),
        FieldTable.Refused("add_special_tokens", "a text gets a beginning and an end; send token ids to have none", "true"),
        FieldTable.Refused("normalize", "vectors have the length 1", "true"),
        FieldTable.Refused("use_activation", "vectors have the length 1", "true"),
        FieldTable.Refused("embed_dtype", "numbers are 32-bit floats", "\"float32\"", "\"auto\""),
        FieldTable.Refused("endianness", "numbers are little-endian", "\"little\"", "\"native\""),
        FieldTable.Refused("truncation_side", "a text is cut at its end", "\"right\""),
        FieldTable.Refused("task", "this path gives vectors of whole texts", "\"embed\""),
        FieldTable.Refused("input_type", "an encoder reads queries and documents alike: write what it wants before them into the text"),
        FieldTable.Refused("mm_processor_kwargs", "texts alone are read", "{}"),
        FieldTable.Refused("priority", "there are no priorities", "0"),
    ]);
}
