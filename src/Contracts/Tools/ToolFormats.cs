namespace ExpertCluster.Contracts.Tools;

/// <summary>The parsers that come with the product, and the marks by which a chat template shows which one its models need.</summary>
public static class ToolFormats
{
    public const string Hermes = "hermes";
    public const string LlamaJson = "llama3_json";
    public const string Mistral = "mistral";

    /// <summary>What other formats have that use one of these marks, too: calls in XML (Qwen3-Coder, GLM).</summary>
    private static readonly string[] Others = ["<function=", "<arg_key>"];

    private static readonly (string Mark, string Format)[] Marks =
        [("[TOOL_CALLS]", Mistral), ("<tool_call>", Hermes), ("<|python_tag|>", LlamaJson), ("\"parameters\": dictionary of argument name", LlamaJson)];

    /// <param name="template">The text of a chat template that reads tools.</param>
    /// <returns>Empty where it is none of these.</returns>
    public static string Recognise(string template)
    {
        ArgumentNullException.ThrowIfNull(template);
        return Array.Exists(Others, other => template.Contains(other, StringComparison.Ordinal))
            ? ""
            : Array.Find(Marks, known => template.Contains(known.Mark, StringComparison.Ordinal)).Format ?? "";
    }
}
