using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Router.Errors;

namespace ExpertCluster.Router.OpenAi;

/// <summary>/v1/models: `auto`, every expert and every base. An adapter's parent is its base.</summary>
internal sealed class ModelEndpoints(PreparedCatalogue catalogue, TimeProvider time)
{
    private readonly long _created = time.GetUtcNow().ToUnixTimeSeconds();

    public object List() => new { @object = "list", data = Cards().ToArray() };

    public async Task GetAsync(HttpContext http, string id)
    {
        if (Cards().FirstOrDefault(c => c.id == id) is { } card)
        {
            await http.Response.WriteAsJsonAsync(card, http.RequestAborted);
            return;
        }

        await OpenAiErrors.WriteAsync(http.Response, new RouterException(RouterError.UnknownModel, "the model does not exist", "model"));
    }

    private IEnumerable<ModelCard> Cards() =>
        catalogue.Experts
            .Select(e => new ModelCard(e.Name, "model", _created, "expert-cluster", e.Name, e.Name == e.Base ? null : e.Base))
            .Prepend(new ModelCard(CatalogueFile.AutoModel, "model", _created, "expert-cluster", CatalogueFile.AutoModel, null));

#pragma warning disable SA1300, IDE1006 // The wire's names.
    private sealed record ModelCard(string id, string @object, long created, string owned_by, string root, string? parent);
#pragma warning restore SA1300, IDE1006
}
