namespace ExpertCluster.Drills.Support;

/// <summary>Drills with Redis: one after the other, beside those with PostgreSQL. They wait more than they compute, and each network has addresses of its own.</summary>
[CollectionDefinition(nameof(OnRedis))]
public sealed class OnRedis;

/// <summary>Drills with PostgreSQL.</summary>
[CollectionDefinition(nameof(OnPostgres))]
public sealed class OnPostgres;
