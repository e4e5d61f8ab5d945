using ExpertCluster.Contracts.Failures;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Router.Apis.Admin;
using ExpertCluster.Router.Tests.Support;
using ExpertCluster.V1;
using Orleans.Runtime;

namespace ExpertCluster.Router.Tests.Feedback;

public sealed class FeedbackDeskTests : IDisposable
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly AdminCluster _cluster = new(("law", "demo"), ("tax", "demo"));
    private readonly string _router = RequestKey.OfRouter("router/a");

    public FeedbackDeskTests() => _cluster.Grains.Asked = (router, id) => router == _router ? new FeedbackEntry { RequestId = id, Answered = ["tax"], Model = "auto", Text = "Who pays?" } : null;

    public void Dispose() => _cluster.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("chatcmpl-")]
    [InlineData("cmpl-")]
    public async Task Give_RequestOfAnyRouter_IsStoredWithWhatThatRemembers(string before)
    {
        string id = RequestKey.New(_router);

        await _cluster.Feedback.GiveAsync(before + id, good: false, "law", _cancellation);

        var (key, entries) = Assert.Single(_cluster.Grains.Feedback);
        var entry = Assert.Single(entries);
        Assert.Equal(FeedbackKey.Of(id), key);
        Assert.Equal((id, false, "law", "auto", "Who pays?", 1000L), (entry.RequestId, entry.Good, entry.Expert, entry.Model, entry.Text, entry.AtUnixMs));
    }

    [Theory]
    [InlineData("", "law", FailureKind.InvalidArgument, "request_id")]
    [InlineData("chatcmpl-", "law", FailureKind.InvalidArgument, "request_id")]
    [InlineData("0123456789abcdef0123456789abcdefa", "law", FailureKind.InvalidArgument, "request_id")]
    [InlineData("../../0123456789abcdef0123456789ab", "law", FailureKind.InvalidArgument, "request_id")]
    [InlineData("0123456789abcdef0123456789abcdef", "law", FailureKind.NotFound, "request_id")]
    [InlineData("0123456789abcdef0123456789abcdef", "nobody", FailureKind.InvalidArgument, "expert")]
    public async Task Give_WrongInput_SaysWhichFieldAndStoresNothing(string id, string expert, FailureKind kind, string field)
    {
        var error = await Assert.ThrowsAsync<RequestFailedException>(() => _cluster.Feedback.GiveAsync(id, good: true, expert, _cancellation));

        Assert.Equal((kind, field), (error.Failure.Kind, error.Failure.Field));
        Assert.Empty(_cluster.Grains.Feedback);
    }

    [Fact]
    public async Task Give_RouterIsGone_IsNotFound()
    {
        _cluster.Grains.Asked = (_, _) => throw new OrleansException("router is not in the cluster");

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => _cluster.Feedback.GiveAsync(RequestKey.New(_router), good: true, "", _cancellation));

        Assert.Equal(FailureKind.NotFound, error.Failure.Kind);
        Assert.DoesNotContain("not in the cluster", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_Pages_TheNewestFirstEachOnce()
    {
        string[] ids = [.. Enumerable.Range(0, 5).Select(_ => RequestKey.New(_router))];
        foreach (string id in ids)
        {
            await _cluster.Feedback.GiveAsync(id, good: true, "", _cancellation);
            _cluster.Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        var list = new FeedbackList(_cluster.Feedback);
        List<string> read = [];
        string token = "";
        do
        {
            var page = await list.OfAsync(new ListFeedbackRequest { PageSize = 2, PageToken = token }, _cancellation);
            read.AddRange(page.Feedback.Select(f => f.RequestId));
            token = page.NextPageToken;
        }
        while (token.Length > 0);

        Assert.Equal(ids.Reverse(), read);
        var error = await Assert.ThrowsAsync<RequestFailedException>(() => list.OfAsync(new ListFeedbackRequest { PageToken = "what" }, _cancellation));
        Assert.Equal("page_token", error.Failure.Field);
    }
}
