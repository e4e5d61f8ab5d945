using ExpertCluster.Router.Errors;
using ExpertCluster.Router.Serving;
using ExpertCluster.V1;

namespace ExpertCluster.Router.Tests.Serving;

public sealed class RequestValidatorTests
{
    public static TheoryData<CompleteRequest, string> Wrong => new()
    {
        { new CompleteRequest(), "prompt" },
        { new CompleteRequest { Prompt = "" }, "prompt" },
        { new CompleteRequest { Messages = new Messages() }, "messages" },
        { new CompleteRequest { Messages = new Messages { Messages_ = { new Message { Role = "robot" } } } }, "messages[0].role" },
        { new CompleteRequest { Prompt = "a", Model = new string('m', 129) }, "model" },
        { new CompleteRequest { Prompt = "a", Sampling = new Sampling { Stop = { "" } } }, "stop" },
        { new CompleteRequest { Prompt = "a", Sampling = new Sampling { Stop = { Enumerable.Repeat("x", 17) } } }, "stop" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Check_WrongRequest_NamesTheField(CompleteRequest request, string field)
    {
        var error = Assert.Throws<RouterException>(() => RequestValidator.Check(request));

        Assert.Equal((RouterError.InvalidArgument, field), (error.Error, error.Field));
    }

    [Fact]
    public void Check_PlainPrompt_Passes() => RequestValidator.Check(new CompleteRequest { Prompt = "a" });
}
