using System.Text.Json;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.Router.Discovery;
using ExpertCluster.Router.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExpertCluster.Router.Tests.Apis.OpenAi;

public sealed class ModelEndpointsTests
{
    private readonly Catalogue.Snapshots.CatalogueHolder _catalogue = Catalogues.Of(("law", "demo"), ("demo", "demo"));
    private readonly ModelEndpoints _models;

    private readonly HostDirectory _hosts = new();

    private readonly UnusableExperts _unusable = new(new HostDirectory(), TimeProvider.System, NullLogger<UnusableExperts>.Instance);

    public ModelEndpointsTests() => _models = new ModelEndpoints(_catalogue, _unusable, _hosts, Remotes.Of(_catalogue), TimeProvider.System);

    [Fact]
    public void List_ExpertThatCannotBeUsed_SaysWhy()
    {
        var law = _catalogue.Current.FindExpert("law")!;
        _unusable.Add("law", law.Revision, "expert law can't be loaded: no");

        var states = List().Skip(1).Select(card => card.GetProperty("expert_cluster")).ToList();

        Assert.Equal([law.Revision, _catalogue.Current.FindExpert("demo")!.Revision], states.Select(s => s.GetProperty("revision").GetString()));
        Assert.Equal(["expert law can't be loaded: no", null], states.Select(s => s.GetProperty("unavailable").GetString()));
    }

    [Fact]
    public void List_HasAutoFirstThenEveryExpertWithItsBase() => Assert.Equal(
        [("auto", null), ("law", "demo"), ("demo", null)],
        List().Select(card => (card.GetProperty("id").GetString()!, card.GetProperty("parent").GetString())));

    [Fact]
    public void List_CatalogueIsSwapped_IsTheNewOnes()
    {
        _catalogue.Swap(Catalogues.SnapshotOf(2, ("tax", "large")));

        Assert.Equal(["auto", "tax"], List().Select(card => card.GetProperty("id").GetString()));
    }

    [Theory]
    [InlineData("law", 200)]
    [InlineData("auto", 200)]
    [InlineData("demo", 200)]
    [InlineData("nobody", 404)]
    [InlineData("Law", 404)]
    public async Task Get_ById_IsThatCardOrNotFound(string id, int status)
    {
        var http = new DefaultHttpContext();
        var body = new MemoryStream();
        http.Response.Body = body;

        await _models.GetAsync(http, id);
        await http.Response.BodyWriter.FlushAsync(TestContext.Current.CancellationToken);

        Assert.Equal(status, http.Response.StatusCode);
        var json = JsonDocument.Parse(body.ToArray()).RootElement;
        Assert.Equal(status == 200 ? id : "model_not_found", status == 200 ? json.GetProperty("id").GetString() : json.GetProperty("error").GetProperty("code").GetString());
    }

    private List<JsonElement> List() => [.. JsonSerializer.SerializeToElement(_models.List()).GetProperty("data").EnumerateArray()];
}
