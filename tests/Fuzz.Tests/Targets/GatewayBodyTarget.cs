using System.Text;
using System.Text.Json;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Fuzz.Engine;
using ExpertCluster.Router.Apis.ExtProc;

namespace ExpertCluster.Fuzz.Targets;

/// <summary>Bodies that a gateway brings: read for the gate, checked, and given the expert's name, which is then what they say.</summary>
internal sealed class GatewayBodyTarget : FuzzTarget
{
    public override string Name => "gateway-body";

    public override int Executions => 25000;

    public override bool IsJson => true;

    public override long MostAllocated(int length) => (1L << 20) + (100L * length);

    public override IReadOnlyList<string> Words => ["model", "auto", "law", "messages", "role", "user", "content", "type", "text", "prompt", "input", "image_url", "{}", "[]"];

    public override IEnumerable<byte[]> Seeds() => ((string[])
    [
        """{"model":"auto","messages":[{"role":"system","content":"a"},{"role":"user","content":[{"type":"image_url","image_url":{}},{"type":"text","text":"Who pays?"}]}],"x":[1]}""",
        """{"prompt":["a","b"],"n":1,"model":null}""",
        """ { "input" : "a" , "model" : "gpt" , "model" : "auto" } """,
    ]).Select(Encoding.UTF8.GetBytes);

    public override Outcome Run(byte[] input)
    {
        CompletionRequest read;
        try
        {
            read = BodyReader.Read(input);
        }
        catch (RequestFailedException refused)
        {
            return ChatBodyTarget.Told(refused.Failure);
        }

        if (read.IsAuto && RequestLimits.Check(read) is { } failure)
        {
            throw new InvalidOperationException($"what was read for the gate is refused: {failure.Message}");
        }

        if (read.IsAuto)
        {
            using var changed = JsonDocument.Parse(BodyModel.Put(input, "law"));
            if (changed.RootElement.GetProperty("model").GetString() != "law")
            {
                throw new InvalidOperationException("the body does not say the expert's name");
            }
        }

        return Outcome.Taken;
    }
}
