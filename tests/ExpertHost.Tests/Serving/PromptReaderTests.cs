using ExpertCluster.Contracts.Failures;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Serving;
using ExpertCluster.ExpertHost.Tests.Support;
using ExpertCluster.Text.Bounds;
using ExpertCluster.Text.Chat;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Tests.Serving;

public sealed class PromptReaderTests(SmallModels models) : IAsyncLifetime
{
    private const int Context = 32;
    private const string Template =
        "{% for m in messages %}{% if m.role == 'robot' %}{{ raise_exception('no robots') }}{% endif %}{{ m.role[0] }}:{{ m.content }};{% endfor %}{% if add_generation_prompt %}a:{% endif %}";

    private readonly HostParts _host = new(
        models, opener: new FakeOpener(models) { Template = ChatTemplate.Parse(Template, new Dictionary<string, string>()) });

    private TextLimits _limits = TextLimits.Default;

    private BaseRuntime _base = null!;

    public async ValueTask InitializeAsync() => _base = (await _host.LoadAsync("law")).Runtime;

    [Fact]
    public void Read_Prompt_IsItsTokens() => Assert.Equal("Who?", Text(new GenerateRequest { Prompt = "Who?" }));

    [Fact]
    public void Read_Messages_AreRenderedForTheAssistantsTurn() => Assert.Equal("u:Hi;a:Yo;u:Ok;a:", Text(Chat(("user", "Hi"), ("assistant", "Yo"), ("user", "Ok"))));

    [Fact]
    public void Read_Tokens_AreThePrompt() => Assert.Equal([0, 7, 271], Read(new GenerateRequest { PromptTokens = { 0, 7, 271 } }));

    [Theory]
    [InlineData(-1)]
    [InlineData(100_000)]
    public void Read_TokenThatIsNone_IsNamed(int token) => Assert.Equal(
        $"prompt_tokens[1] is {token}; base small has tokens from 0 to {models.Model.Shape.Vocabulary - 1}", Refusal(new GenerateRequest { PromptTokens = { 7, token } }));

    [Fact]
    public void Read_MoreTokensThanTheContextTakes_IsTooLong()
    {
        var error = Assert.Throws<RequestRefusedException>(() => Read(new GenerateRequest { PromptTokens = { Enumerable.Repeat(7, Context) } }));

        Assert.Equal(FailureReasons.PromptTooLong, error.Reason);
    }

    [Fact]
    public void Tokenize_LongerThanTheContext_IsTaken() =>
        Assert.Equal(100, PromptReader.Tokenize(_base, _base.Found, new GenerateRequest { Prompt = new string('x', 100) }, addSpecialTokens: true, _limits, TestContext.Current.CancellationToken).Length);

    [Fact]
    public void Read_NoInput_IsNamed() => Assert.Equal("prompt or messages is missing, or there are several of them", Refusal(new GenerateRequest()));

    [Fact]
    public void Read_BothInputs_AreRefused()
    {
        var both = Chat(("user", "Hi"));
        both.Prompt = "Hi";

        Assert.Equal("prompt or messages is missing, or there are several of them", Refusal(both));
    }

    [Fact]
    public void Read_EmptyPrompt_IsNamed() => Assert.Equal("prompt is empty", Refusal(new GenerateRequest { Prompt = "" }));

    [Fact]
    public void Read_NoMessages_IsNamed() => Assert.Equal("messages is empty", Refusal(Chat()));

    [Fact]
    public void Read_MessagesThatTheTemplateRefuses_SaysWhy() =>
        Assert.StartsWith("messages: ", Refusal(Chat(("robot", "beep"))), StringComparison.Ordinal);

    [Fact]
    public async Task Read_MessagesWithoutATemplate_AsksForAPrompt()
    {
        await using var host = new HostParts(models);
        var runtime = (await host.LoadAsync("law")).Runtime;

        var error = Assert.Throws<RequestRefusedException>(() => PromptReader.Read(runtime, runtime.Found, Chat(("user", "Hi")), Context, TextLimits.Default, CancellationToken.None));

        Assert.Equal("messages: base small has no chat template; send a prompt", error.Message);
    }

    [Fact]
    public async Task Read_MessagesWithATemplateThatCannotBeUsed_SaysWhyAndTakesPrompts()
    {
        await using var host = new HostParts(models, opener: new FakeOpener(models) { TemplateProblem = "chat template, line 1, column 4: the statement {% block %} is not supported" });
        var runtime = (await host.LoadAsync("law")).Runtime;

        var error = Assert.Throws<RequestRefusedException>(() => PromptReader.Read(runtime, runtime.Found, Chat(("user", "Hi")), Context, TextLimits.Default, CancellationToken.None));

        Assert.Equal(
            "messages: the chat template of base small can't be used; send a prompt (chat template, line 1, column 4: the statement {% block %} is not supported)",
            error.Message);
        Assert.Equal(2, PromptReader.Read(runtime, runtime.Found, new GenerateRequest { Prompt = "Hi" }, Context, TextLimits.Default, CancellationToken.None).Count);
    }

    [Fact]
    public void Read_AdapterWithATemplateOfItsOwn_IsRenderedWithIt()
    {
        var own = new FoundTemplate(ChatTemplate.Parse("own {{ messages[0].content }}", new Dictionary<string, string>()), null);

        Assert.Equal("own Hi", _base.Tokenizer.Decode([.. PromptReader.Read(_base, own, Chat(("user", "Hi")), Context, _limits, CancellationToken.None)]));
    }

    [Theory]
    [InlineData(Context - 1, true)]
    [InlineData(Context, false)]
    [InlineData(Context + 1, false)]
    public void Read_LengthAtTheContextsEdge_LeavesRoomForOneToken(int length, bool fits)
    {
        var request = new GenerateRequest { Prompt = new string('x', length) };

        if (fits)
        {
            Assert.Equal(length, Read(request).Count);
        }
        else
        {
            Assert.Equal($"prompt has {length} tokens; with at least one token of answer it must fit the context of {Context}", Refusal(request));
        }
    }

    [Fact]
    public void Read_FarTooLong_IsRefusedByItsCharactersAlone()
    {
        string text = new('x', (64 * Context) + 1);

        Assert.Equal($"prompt has {text.Length} characters; a context of 32 tokens takes at most 2048", Refusal(new GenerateRequest { Prompt = text }));
        Assert.Equal(
            $"messages has {text.Length} characters; a context of 32 tokens takes at most 2048", Refusal(Chat(("user", text[1..]), ("user", "y"))));
    }

    [Fact]
    public void Read_PromptBeyondItsBytes_NamesTheFieldAndTheLimit()
    {
        _limits = new TextLimits { Bytes = 1000 };

        Assert.Equal("prompt takes more than 1000 bytes to tokenize", Refusal(new GenerateRequest { Prompt = new string('x', 30) }));
        Assert.Equal("messages: chat template: rendering takes more than 1000 bytes", Refusal(Chat(("user", new string('y', 600)))));
    }

    [Fact]
    public void Read_CallerThatLeft_StopsTokenizing() => Assert.ThrowsAny<OperationCanceledException>(
        () => PromptReader.Read(_base, _base.Found, new GenerateRequest { Prompt = new string('x', 2000) }, Context, TextLimits.Default, new CancellationToken(canceled: true)));

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private static GenerateRequest Chat(params (string Role, string Content)[] messages)
    {
        var request = new GenerateRequest { Messages = new Messages() };
        request.Messages.Messages_.AddRange(messages.Select(m => new Message { Role = m.Role, Content = m.Content }));
        return request;
    }

    private string Text(GenerateRequest request) => string.Concat(Read(request).Select(id => (char)(id - (models.Model.Shape.Vocabulary - 256))));

    private IReadOnlyList<int> Read(GenerateRequest request) => PromptReader.Read(_base, _base.Found, request, Context, _limits, TestContext.Current.CancellationToken);

    private string Refusal(GenerateRequest request)
    {
        var error = Assert.Throws<RequestRefusedException>(() => Read(request));
        Assert.Equal(StatusCode.InvalidArgument, error.Code);
        return error.Message;
    }
}
