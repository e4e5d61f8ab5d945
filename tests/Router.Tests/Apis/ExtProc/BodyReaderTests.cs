using System.Text;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis.ExtProc;
using ExpertCluster.Router.Planning;

namespace ExpertCluster.Router.Tests.Apis.ExtProc;

public sealed class BodyReaderTests
{
    [Theory]
    [InlineData("""{"model":"auto","messages":[{"role":"user","content":"a"}],"unheard_of":{"x":[1]}}""", "a")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:"}},{"type":"text","text":"a"},{"type":"text","text":"b"}]}]}""", "ab")]
    [InlineData("""{"messages":[{"role":"developer","content":"x"},{"role":"user","content":"first"},{"role":"function","content":null},{"role":"user","content":"last"},{"role":"assistant","tool_calls":[]}]}""", "last")]
    [InlineData("""{"model":"auto","messages":[{"role":"assistant","content":"a"},7]}""", "")]
    [InlineData("""{"model":null,"prompt":"a"}""", "a")]
    [InlineData("""{"prompt":["a","b"]}""", "a\nb")]
    [InlineData("""{"input":"a"}""", "a")]
    [InlineData("""{"input":[{"role":"user","content":[{"type":"input_text","text":"a"}]}]}""", "a")]
    public void Read_LeftToTheGate_FindsWhatTheUserSaid(string body, string text)
    {
        if (text.Length == 0)
        {
            Assert.Contains("has no text", Assert.Throws<RequestFailedException>(() => BodyReader.Read(Encoding.UTF8.GetBytes(body))).Message, StringComparison.Ordinal);
            return;
        }

        Assert.Equal(text, GateText.Of(BodyReader.Read(Encoding.UTF8.GetBytes(body))));
    }

    /// <summary>Whoever names a model is not read any further.</summary>
    [Theory]
    [InlineData("""{"model":"gpt-x","input":[1,2]}""")]
    [InlineData("""{"model":"gpt-x"}""")]
    public void Read_Named_NeedsNoText(string body) => Assert.Equal("gpt-x", BodyReader.Read(Encoding.UTF8.GetBytes(body)).Model);

    [Theory]
    [InlineData("", "body")]
    [InlineData("{", "body")]
    [InlineData("[]", "body")]
    [InlineData("""{"model":"\ud800"}""", "body")]
    [InlineData("""{"model":7}""", "model")]
    [InlineData("""{"model":"auto"}""", "messages")]
    [InlineData("""{"messages":[]}""", "messages")]
    [InlineData("""{"messages":{}}""", "messages")]
    [InlineData("""{"messages":[{"role":"user","content":" "}]}""", "messages")]
    [InlineData("""{"prompt":[1,2,3]}""", "prompt")]
    [InlineData("""{"prompt":""}""", "prompt")]
    public void Read_Nothing_NamesTheField(string body, string field)
    {
        var failure = Assert.Throws<RequestFailedException>(() => BodyReader.Read(Encoding.UTF8.GetBytes(body))).Failure;

        Assert.Equal((FailureKind.InvalidArgument, field), (failure.Kind, failure.Field));
    }

    [Fact]
    public void Read_MoreTurnsThanARequestMayHave_TakesTheLast()
    {
        string turns = string.Join(',', Enumerable.Range(0, 2000).Select(i => $$"""{"role":"user","content":"{{i}}"}"""));

        var request = BodyReader.Read(Encoding.UTF8.GetBytes($$"""{"messages":[{{turns}}]}"""));

        Assert.Equal((1024, "1999"), (request.Messages!.Count, GateText.Of(request)));
    }
}
