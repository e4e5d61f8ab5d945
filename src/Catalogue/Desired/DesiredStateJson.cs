using System.Text.Json;

namespace ExpertCluster.Catalogue.Desired;

/// <summary>The desired state and its changes as text: how they are stored, and how they travel.</summary>
public static class DesiredStateJson
{
    public const int CurrentFormat = 1;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        // A newer version's fields are passed over: two versions stand side by side during an update.
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowOutOfOrderMetadataProperties = true,
        MaxDepth = 16,
    };

    public static string Write(DesiredState state) => JsonSerializer.Serialize(state, Options);

    public static string Write(ChangeRequest request) => JsonSerializer.Serialize(request, Options);

    /// <exception cref="CatalogueException">It is none, or one of a later version of the product.</exception>
    public static DesiredState ReadState(string text)
    {
        var state = Read<DesiredState>(text, "desired state");
        if (state.Experts.ContainsValue(null!) || state.Adjustments.ContainsValue(null!))
        {
            throw new CatalogueException("the desired state has an expert or an adjustment that is null");
        }

        return state.Format == CurrentFormat
            ? state
            : throw new CatalogueException($"the desired state has format {state.Format}; this version reads format {CurrentFormat}");
    }

    /// <exception cref="CatalogueException">It is none that this version knows.</exception>
    public static ChangeRequest ReadChange(string text)
    {
        var request = Read<ChangeRequest>(text, "change of the desired state");
        return request.Change.Name is null || request.Change is ApplyExpert apply && apply.Name != apply.Spec.Name
            ? throw new CatalogueException("the change of the desired state has no name, or another one than its expert")
            : request;
    }

    private static T Read<T>(string text, string what)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = Options.MaxDepth });
            return JsonLists.HaveNull(document.RootElement)
                ? throw new CatalogueException($"the {what} has a list with an entry that is null")
                : document.Deserialize<T>(Options) ?? throw new CatalogueException($"the {what} is null");
        }
        catch (Exception error) when (error is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new CatalogueException($"the {what} can't be read: {error.Message}", error);
        }
    }
}
