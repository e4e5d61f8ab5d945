using ExpertCluster.Router;

try
{
    RouterApplication.Build(args).Run();
    return 0;
}
catch (Exception error) when (error is Microsoft.Extensions.Options.OptionsValidationException or ExpertCluster.Cluster.Catalogue.CatalogueException
    or Orleans.Runtime.OrleansConfigurationException)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}
