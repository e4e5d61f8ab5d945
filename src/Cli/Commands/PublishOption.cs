using System.CommandLine;
using ExpertCluster.Catalogue.Publishing;
using ExpertCluster.Catalogue.Sources;

namespace ExpertCluster.Cli.Commands;

/// <summary>`--publish s3://BUCKET/PREFIX`: what was prepared is copied there, too.</summary>
internal sealed class PublishOption
{
    private readonly Option<string?> _publish = new("--publish") { Description = "Copy what is new into a bucket, s3://BUCKET/PREFIX, for nodes that follow it there" };

    public PublishOption() => _publish.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<string?>() is { } uri && CataloguePublisher.ProblemOf(uri) is { } problem)
        {
            result.AddError($"{_publish.Name} is '{uri}'; it {problem}");
        }
    });

    public Option Option => _publish;

    /// <summary>Null: it isn't asked for.</summary>
    public CataloguePublisher? Of(ParseResult parsed, Action<string> progress) =>
        parsed.GetValue(_publish) is { } uri ? CataloguePublisher.Open(uri, SourceEnvironment.OfProcess, progress, TimeProvider.System) : null;
}
