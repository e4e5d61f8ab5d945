using ExpertCluster.Router.Apis.OpenAi;

namespace ExpertCluster.Router.Apis.Anthropic;

/// <summary>Every field of requests that Anthropic's /v1/messages knows (as of November 2026), and what becomes of it here. docs/api.md shows it.</summary>
internal static class MessagesFields
{
    private const string Elsewhere = "nothing is kept or run here beside answers";

    public static FieldTable Table { get; } = new("/v1/messages",
    [
        FieldTable.Works("model", "`auto`, or the name of an expert or a base"),
        FieldTable.Works("max_tokens", "1 or above, cut to what the context leaves; has to be there"),
        FieldTable.Works("messages", "turns of `user` and `assistant`; a last one of `assistant` is gone on with"),
        FieldTable.Works("system", "a text, or blocks of type `text`"),
        FieldTable.Works("stream", "server-sent events"),
        FieldTable.Works("stop_sequences", "up to 16, of 1 to 256 characters"),
        FieldTable.Works("temperature", "0 to 2, default 1"),
        FieldTable.Works("top_k", "1 or above; 0: all"),
        FieldTable.Works("top_p", "above 0, at most 1"),
        FieldTable.Works("tools", "up to 128, `name`, `description` and `input_schema`"),
        FieldTable.Works("tool_choice", "`auto`, `none`, `any` and `tool` ([`required`](#tools), and a function by its name); `disable_parallel_tool_use`"),
        FieldTable.Works("output_config", "`format` of type `json_schema`, with its `schema` ([structured output](#structured-output))"),
        FieldTable.Works("expert_cluster", "our own, as above"),
        FieldTable.Nothing("metadata", "callers are told apart by their keys"),
        FieldTable.Nothing("service_tier", "there is one"),
        FieldTable.Nothing("cache_control", "texts that begin alike share what was read of them anyway"),
        FieldTable.Nothing("inference_geo", "`expert_cluster.routing.labels` say where a request may go"),
        FieldTable.Refused("thinking", "no part of an answer is set apart", """{"type":"disabled"}"""),
        FieldTable.Refused("output_format", "`output_config` has it now"),
        FieldTable.Refused("container", Elsewhere),
        FieldTable.Refused("context_management", Elsewhere),
        FieldTable.Refused("mcp_servers", Elsewhere, "[]"),
        FieldTable.Refused("speed", "there is one", "\"standard\""),
    ]);

    /// <summary>Those of /v1/messages/count_tokens: what stands in the prompt.</summary>
    public static FieldTable Counted { get; } = new("/v1/messages/count_tokens",
        [.. Table.All.Where(f => f.Name is "model" or "messages" or "system" or "tools" or "tool_choice" or "thinking" or "cache_control" or "output_config" or "output_format" or "context_management" or "mcp_servers" or "speed")]);
}
