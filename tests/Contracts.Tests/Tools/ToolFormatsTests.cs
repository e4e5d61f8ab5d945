using ExpertCluster.Contracts.Tools;

namespace ExpertCluster.Contracts.Tests.Tools;

public sealed class ToolFormatsTests
{
    [Theory]
    [InlineData("{{ '<tool_call>\\n{\"name\": <function-name>, \"arguments\": <args-json-object>}\\n</tool_call>' }}", "hermes")]
    [InlineData("{{ '[AVAILABLE_TOOLS]' + tools | tojson }}{{ '[TOOL_CALLS] [' }}", "mistral")]
    [InlineData("{{ 'Respond in the format {\"name\": function name, \"parameters\": dictionary of argument name and its value}.' }}", "llama3_json")]
    [InlineData("{{ '<|python_tag|>' }}", "llama3_json")]
    [InlineData("{{ '<tool_call>\\n<function=example_function_name>' }}", "")]
    [InlineData("{{ '<tool_call>{function-name}\\n<arg_key>' }}", "")]
    [InlineData("{{ tools | tojson }}", "")]
    public void Recognise_Template_GoesByItsMarks(string template, string expected) => Assert.Equal(expected, ToolFormats.Recognise(template));
}
