using System.Text;
using System.Text.Json;
using ExpertCluster.Node.Transport;
using ExpertCluster.V1;
using Google.Protobuf;

namespace ExpertCluster.Node.Tests.Transport;

public sealed class MessageJsonTests
{
    [Fact]
    public void Write_Fields_AreTheContractsNamesWithPlainValues() => Assert.Equal(
        """{"name":"law","base":"","revision":"","description":"","gated":true,"pinned":false,"labels":["zone=a"],"min_replicas":2,"replicas":[{"host":"a","since_unix_ms":1700000000000,"warm":true,"reason":""}],"state":"unavailable","reason":"","origin":"unspecified","max_replicas":0,"hosts":[],"adjusted":false,"versions":[],"remote":""}""",
        Text(new ExpertStatus
        {
            Name = "law",
            Gated = true,
            Labels = { "zone=a" },
            MinReplicas = 2,
            Replicas = { new ReplicaStatus { Host = "a", SinceUnixMs = 1_700_000_000_000, Warm = true } },
            State = ExpertState.Unavailable,
        }));

    [Theory]
    [InlineData(ExpertState.Unspecified, "unspecified")]
    [InlineData(ExpertState.Ready, "ready")]
    [InlineData((ExpertState)99, "unspecified")]
    public void Write_Enum_IsItsWord(ExpertState state, string expected) =>
        Assert.Contains($"\"state\":\"{expected}\"", Text(new ExpertStatus { State = state }), StringComparison.Ordinal);

    [Fact]
    public void Write_Double_IsANumber() => Assert.Contains("\"mean_tokens\":0.5", Text(new VersionFigures { MeanTokens = 0.5 }), StringComparison.Ordinal);

    [Fact]
    public void Write_AbsentMessage_IsNull() => Assert.Contains("\"sampling\":null", Text(new CompleteRequest()), StringComparison.Ordinal);

    [Fact]
    public void Write_KindWithoutAMapping_IsRefusedByName() =>
        Assert.Contains("expertcluster.v1.Token.logprob", Assert.Throws<NotSupportedException>(() => Text(new Token { Logprob = 1 })).Message, StringComparison.Ordinal);

    private static string Text(IMessage message)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            MessageJson.Write(json, message);
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
