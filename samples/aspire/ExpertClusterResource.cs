using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Aspire.Hosting.ApplicationModel;

namespace ExpertCluster.Samples.AppHost;

/// <summary>A router and hosts on this machine, as <c>./cluster up</c> starts them.</summary>
/// <param name="name">Of the resource, and of the connection string that others get.</param>
/// <param name="repository">Folder that has <c>cluster</c>.</param>
public sealed class ExpertClusterResource(string name, string repository)
    : ExecutableResource(name, Path.Combine(repository, "cluster"), repository), IResourceWithConnectionString
{
    public const string GrpcEndpoint = "grpc";
    public const string HttpEndpoint = "http";

    private static readonly JsonSerializerOptions Json = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };

    private readonly List<CatalogueBase> _bases = [];
    private readonly List<CatalogueExpert> _experts = [];

    public EndpointReference Grpc => field ??= new EndpointReference(this, GrpcEndpoint);

    public EndpointReference Http => field ??= new EndpointReference(this, HttpEndpoint);

    /// <summary>What <c>AddExpertClusterClient</c> reads.</summary>
    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"Endpoint={Grpc.Property(EndpointProperty.Url)};Model=auto");

    /// <summary>Whether it has a catalogue of its own, and not the demo's.</summary>
    public bool HasCatalogue => _bases.Count > 0;

    /// <summary>The catalogue, in JSON, which is YAML too.</summary>
    public string Catalogue() => JsonSerializer.Serialize(new { Bases = _bases, Experts = _experts }, Json);

    internal void Add(CatalogueBase added) => _bases.Add(added);

    internal void Add(CatalogueExpert added) => _experts.Add(
        _bases.Count > 0 ? added with { Base = _bases[^1].Name } : throw new InvalidOperationException($"expert {added.Name} has no base: call WithBase before"));

    internal sealed record CatalogueBase(string Name, string Path);

    internal sealed record CatalogueExpert(string Name, string? Adapter, string? Description, string? Examples, string? Base = null);
}
