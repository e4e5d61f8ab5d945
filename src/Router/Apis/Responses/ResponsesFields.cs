using ExpertCluster.Router.Apis.OpenAi;

namespace ExpertCluster.Router.Apis.Responses;

/// <summary>Every field of requests that OpenAI's /v1/responses knows (as of November 2026), and what becomes of it here. docs/api.md shows it.</summary>
internal static class ResponsesFields
{
    private const string Stored = "nothing is stored";

    public static FieldTable Table { get; } = new("/v1/responses",
    [
        FieldTable.Works("model", "`auto`, or the name of an expert or a base"),
        FieldTable.Works("input", "a text, or items: `message`, `function_call`, `function_call_output`"),
        FieldTable.Works("instructions", "a turn of role `system` before all others"),
        FieldTable.Works("max_output_tokens", "1 or above; default 256, cut to what the context leaves"),
        FieldTable.Works("temperature", "0 to 2, default 1"),
        FieldTable.Works("top_p", "above 0, at most 1"),
        FieldTable.Works("stream", "server-sent events"),
        FieldTable.Works("text", "`format`: `text`, `json_object`, or `json_schema` with its `schema` ([structured output](#structured-output)); `verbosity` `medium`"),
        FieldTable.Works("tools", "up to 128 of type `function`"),
        FieldTable.Works("tool_choice", "as [chat's](#tools); a function by its name is `{\"type\": \"function\", \"name\"}`"),
        FieldTable.Works("parallel_tool_calls", "false: calls behind the first are left out"),
        FieldTable.Works("background", "true: the response goes on without its caller, and [can be asked for](#responses-in-the-background)"),
        FieldTable.Works("store", "`false` not beside `background`; nothing else is stored, whatever it says"),
        FieldTable.Works("expert_cluster", "our own, as above"),
        FieldTable.Nothing("stream_options", "streams have no padding"),
        FieldTable.Nothing("metadata", Stored),
        FieldTable.Nothing("user", "callers are told apart by their keys"),
        FieldTable.Nothing("safety_identifier", "nobody is judged"),
        FieldTable.Nothing("prompt_cache_key", "texts that begin alike share what was read of them anyway"),
        FieldTable.Nothing("prompt_cache_retention", "the prefix cache keeps what it has room for"),
        FieldTable.Nothing("service_tier", "there is one"),
        FieldTable.Refused("previous_response_id", Stored),
        FieldTable.Refused("conversation", Stored),
        FieldTable.Refused("prompt", Stored),
        FieldTable.Refused("include", "answers have nothing more to tell", "[]", "[\"reasoning.encrypted_content\"]"),
        FieldTable.Refused("top_logprobs", "/v1/chat/completions has log-probabilities", "0"),
        FieldTable.Refused("reasoning", "no expert knows of it", "{}"),
        FieldTable.Refused("truncation", "the router does not see a prompt's tokens", "\"disabled\""),
        FieldTable.Refused("max_tool_calls", "it is of tools that run at a server"),
        FieldTable.Refused("context_management", Stored, "[]"),
        FieldTable.Refused("moderation", "nobody is judged"),
    ]);
}
