using ExpertCluster.Node.Deadlines;
using ExpertCluster.TestSupport;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ExpertCluster.Node.Tests.Deadlines;

public sealed class DeadlineResetTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTime _time = new();
    private readonly Response _response = new();
    private readonly DefaultHttpContext _http = new();

    public DeadlineResetTests()
    {
        _http.Features.Set<IHttpResetFeature>(_response);
        _http.Features.Set<IHttpResponseFeature>(_response);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(300)]
    public async Task End_CallThatIsOutOfTime_IsResetAfterTheGrace(int seconds)
    {
        var ending = DeadlineReset.EndAsync(_http, seconds * Second, seconds * Second, _time);

        _time.Advance(DeadlineReset.Grace - TimeSpan.FromMilliseconds(1));
        Assert.Empty(_response.Resets);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await ending;

        // CANCEL
        Assert.Equal([8], _response.Resets);
    }

    [Fact]
    public async Task End_CallThatIsInTime_IsLeftAlone()
    {
        await DeadlineReset.EndAsync(_http, Second / 2, Second, _time);

        Assert.Empty(_response.Resets);
    }

    [Fact]
    public async Task End_StatusIsAllThereIs_IsLeftAlone()
    {
        _response.Started = false;

        await DeadlineReset.EndAsync(_http, Second, Second, _time);

        Assert.Empty(_response.Resets);
    }

    [Fact]
    public async Task End_StreamIsGoneAlready_DoesNotWait()
    {
        _http.RequestAborted = new CancellationToken(canceled: true);

        await DeadlineReset.EndAsync(_http, Second, Second, _time);

        Assert.Empty(_response.Resets);
    }

    private sealed class Response : HttpResponseFeature, IHttpResetFeature
    {
        public override bool HasStarted => Started;

        public bool Started { get; set; } = true;

        public List<int> Resets { get; } = [];

        public void Reset(int errorCode) => Resets.Add(errorCode);
    }
}
