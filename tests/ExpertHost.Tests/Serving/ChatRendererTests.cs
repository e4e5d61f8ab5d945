using ExpertCluster.ExpertHost.Serving;
using ExpertCluster.Text.Bounds;
using ExpertCluster.Text.Chat;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Tests.Serving;

public sealed class ChatRendererTests
{
    private static readonly Message User = new() { Role = "user", Content = "Hi" };
    private static readonly Message Assistant = new() { Role = "assistant", Content = "It is " };

    [Theory]
    [InlineData(null, "user:Hi;assistant:It is ;assistant:")]
    [InlineData(true, "user:Hi;assistant:It is ;assistant:")]
    [InlineData(false, "user:Hi;assistant:It is ;")]
    public void Render_AddGenerationPrompt_DecidesHowItEnds(bool? add, string expected)
    {
        var options = new ChatOptions();
        if (add is { } given)
        {
            options.AddGenerationPrompt = given;
        }

        Assert.Equal(expected, Render("{% for m in messages %}{{ m.role }}:{{ m.content }};{% endfor %}{% if add_generation_prompt %}assistant:{% endif %}", options, User, Assistant));
    }

    [Theory]
    [InlineData("{% for m in messages %}{{ m.role }}:{{ m.content }};{% endfor %}", "user:Hi;assistant:It is ")]
    [InlineData("{% for m in messages %}{{ m.role }}:{{ m.content | trim }};{% endfor %}", "user:Hi;assistant:It is")]
    [InlineData("{% for m in messages %}{{ m.content }}{{ m.role }};{% endfor %}{% if add_generation_prompt %}x{% endif %}", "Hiuser;It is ")]
    public void Render_FinalMessageContinued_EndsWithItsText(string template, string expected) =>
        Assert.Equal(expected, Render(template, new ChatOptions { ContinueFinalMessage = true }, User, Assistant));

    [Fact]
    public void Render_FinalMessageThatTheTemplateLeavesOut_CannotBeContinued() =>
        Assert.Contains("the final message can't be continued", Refusal("{{ messages[0].content }}", new ChatOptions { ContinueFinalMessage = true }, User, Assistant), StringComparison.Ordinal);

    [Fact]
    public void Render_ArgumentsAndDocuments_AreVariables() => Assert.Equal(
        "no think, 3, 1.5, [\"a\", null]; T",
        Render(
            "{% if not enable_thinking %}no think{% endif %}, {{ n }}, {{ x }}, {{ list | tojson }}; {{ documents[0].title }}",
            new ChatOptions { TemplateKwargs = """{"enable_thinking": false, "n": 3, "x": 1.50, "list": ["a", null]}""", Documents = """[{"title": "T"}]""" },
            User));

    [Fact]
    public void Render_ArgumentOfASpecialTokensName_GoesBeforeIt() => Assert.Equal("<x>", Render("{{ bos_token }}", new ChatOptions { TemplateKwargs = """{"bos_token": "<x>"}""" }, User));

    [Fact]
    public void Render_FieldsOfATurn_AreItsMembers()
    {
        var call = new Message { Role = "assistant", Fields = """{"tool_calls": [{"function": {"name": "f", "arguments": {"a": 1.5}}}]}""" };
        var answer = new Message { Role = "tool", Content = "4", Fields = """{"tool_call_id": "c1", "role": "liar"}""" };

        Assert.Equal(
            "assistant[f {\"a\": 1.5}];tool c1=4;",
            Render(
                "{% for m in messages %}{{ m.role }}{% if m.tool_calls %}[{% for c in m.tool_calls %}{{ c.function.name }} {{ c.function.arguments | tojson }}{% endfor %}]{% else %} {{ m.tool_call_id }}={{ m.content }}{% endif %};{% endfor %}",
                null,
                call,
                answer));
    }

    [Fact]
    public void Render_Tools_AreAVariable() => Assert.Equal(
        "weather(city) now() ",
        Render(
            "{% for t in tools %}{{ t.function.name }}({{ t.function.parameters.properties | join(', ') }}) {% endfor %}",
            new ChatOptions
            {
                Tools = """
                    [{"type":"function","function":{"name":"weather","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}},
                     {"type":"function","function":{"name":"now","parameters":{"type":"object","properties":{}}}}]
                    """,
            },
            User));

    [Theory]
    [InlineData("{{ messages[0].content }}")]
    [InlineData("tools: {{ 'tools' }}{# tools #}")]
    public void Render_ToolsThatTheTemplateDoesNotRead_AreRefused(string template) => Assert.Equal(
        "tools is given, and the base's chat template knows nothing of tools; ask without, or with tool_choice none", Refusal(template, new ChatOptions { Tools = "[{}]" }, User));

    [Theory]
    [InlineData("[]", "", "chat_template_kwargs chat template: a value must be a JSON object")]
    [InlineData("{", "", "chat_template_kwargs chat template: a value is not valid JSON, or nested deeper than 32")]
    [InlineData("", "{}", "documents chat template: a value must be a JSON array")]
    public void Render_WrongJson_IsNamed(string arguments, string documents, string message) =>
        Assert.Equal(message, Refusal("x", new ChatOptions { TemplateKwargs = arguments, Documents = documents }, User));

    [Fact]
    public void Render_DeepJson_IsRefused() => Assert.Contains(
        "nested deeper than 32", Refusal("x", new ChatOptions { TemplateKwargs = $"{{\"a\": {new string('[', 40)}{new string(']', 40)}}}" }, User), StringComparison.Ordinal);

    /// <summary>The host's clock, unless the request brings one: then its prompt is the same on any day.</summary>
    [Theory]
    [InlineData("", "04 Jul 2026")]
    [InlineData("""{"enable_thinking": false}""", "04 Jul 2026")]
    [InlineData("""{"strftime_now": "2024-07-26"}""", "26 Jul 2024")]
    [InlineData("""{"strftime_now": "2024-12-31T23:59:59Z"}""", "31 Dec 2024")]
    [InlineData("""{"strftime_now": "2024-12-31T23:59:59+05:00"}""", "31 Dec 2024")]
    [InlineData("""{"strftime_now": 1735689599}""", "31 Dec 2024")]
    public void Render_StrftimeNow_TellsTheHostsTimeOrTheRequests(string arguments, string expected) => Assert.Equal(
        $"{expected} Hi",
        Render(
            "{%- if strftime_now is defined %}{%- set date_string = strftime_now('%d %b %Y') %}{%- else %}{%- set date_string = 'none' %}{%- endif %}{{ date_string + ' ' }}{{ messages[0].content }}",
            arguments.Length == 0 ? null : new ChatOptions { TemplateKwargs = arguments },
            User));

    [Theory]
    [InlineData("\"tomorrow\"")]
    [InlineData("-1")]
    [InlineData("253402300800")]
    [InlineData("[]")]
    [InlineData("null")]
    public void Render_ClockThatIsNone_IsNamed(string clock) => Assert.StartsWith(
        "chat_template_kwargs.strftime_now must be a date and time",
        Refusal("x", new ChatOptions { TemplateKwargs = $$"""{"strftime_now": {{clock}}}""" }, User),
        StringComparison.Ordinal);

    private static string Refusal(string template, ChatOptions? options, params Message[] messages)
    {
        var error = Assert.Throws<RequestRefusedException>(() => Render(template, options, messages));
        Assert.Equal(StatusCode.InvalidArgument, error.Code);
        return error.Message;
    }

    private static string Render(string template, ChatOptions? options, params Message[] messages) => ChatRenderer.Render(
        ChatTemplate.Parse(template, new Dictionary<string, string> { ["bos_token"] = "<s>" }),
        new Messages { Messages_ = { messages } },
        options,
        new DateTimeOffset(2026, 7, 4, 23, 30, 5, TimeSpan.Zero),
        TextLimits.Default,
        TestContext.Current.CancellationToken);
}
