-- What the database clustering and the grain storage of Orleans 10.4 need in PostgreSQL: they load their queries by key from
-- OrleansQuery, and call them with the parameters named here. Each change of membership, or of a grain's state, moves the version
-- from the one its writer read, in one statement: who comes second changes nothing and is told so.

CREATE TABLE IF NOT EXISTS OrleansQuery (
    QueryKey varchar(64) PRIMARY KEY,
    QueryText text NOT NULL
);

CREATE TABLE IF NOT EXISTS MembershipVersion (
    DeploymentId varchar(150) PRIMARY KEY,
    Version integer NOT NULL DEFAULT 0
);

CREATE TABLE IF NOT EXISTS Membership (
    DeploymentId varchar(150) NOT NULL,
    Address varchar(45) NOT NULL,
    Port integer NOT NULL,
    Generation integer NOT NULL,
    SiloName varchar(150) NOT NULL,
    HostName varchar(253) NOT NULL,
    Status integer NOT NULL,
    ProxyPort integer NOT NULL,
    SuspectTimes text,
    StartTime timestamptz NOT NULL,
    IAmAliveTime timestamptz NOT NULL,
    PRIMARY KEY (DeploymentId, Address, Port, Generation)
);

-- The hashes that the provider sends along are for tables of millions of grains.
CREATE TABLE IF NOT EXISTS OrleansStorage (
    ServiceId varchar(150) NOT NULL,
    GrainTypeString varchar(512) NOT NULL,
    GrainIdN0 bigint NOT NULL,
    GrainIdN1 bigint NOT NULL,
    GrainIdExtensionString varchar(512) NOT NULL,
    PayloadBinary bytea,
    ModifiedOn timestamptz NOT NULL,
    Version integer NOT NULL,
    PRIMARY KEY (ServiceId, GrainTypeString, GrainIdN0, GrainIdN1, GrainIdExtensionString)
);

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('ExpertClusterRevision', '2'),
('InsertMembershipVersionKey', $query$
    WITH made AS (
        INSERT INTO MembershipVersion (DeploymentId) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
    SELECT EXISTS (SELECT 1 FROM made)
$query$),
('InsertMembershipKey', $query$
    WITH moved AS (
        UPDATE MembershipVersion SET Version = Version + 1
        WHERE DeploymentId = @DeploymentId AND Version = CAST(@Version AS integer)
          AND NOT EXISTS (
            SELECT 1 FROM Membership
            WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation)
        RETURNING 1),
    made AS (
        INSERT INTO Membership (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
        SELECT @DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM moved
        RETURNING 1)
    SELECT EXISTS (SELECT 1 FROM made)
$query$),
('UpdateMembershipKey', $query$
    WITH moved AS (
        UPDATE MembershipVersion SET Version = Version + 1
        WHERE DeploymentId = @DeploymentId AND Version = CAST(@Version AS integer)
        RETURNING 1),
    changed AS (
        UPDATE Membership SET Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = @IAmAliveTime
        FROM moved
        WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation
        RETURNING 1)
    SELECT EXISTS (SELECT 1 FROM changed)
$query$),
('UpdateIAmAlivetimeKey', $query$
    UPDATE Membership SET IAmAliveTime = @IAmAliveTime
    WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation
$query$),
('MembershipReadRowKey', $query$
    SELECT m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime, m.IAmAliveTime,
           COALESCE(v.Version, 0) AS Version
    FROM (SELECT CAST(@DeploymentId AS varchar) AS Id) d
    LEFT JOIN MembershipVersion v ON v.DeploymentId = d.Id
    LEFT JOIN Membership m ON m.DeploymentId = d.Id AND m.Address = @Address AND m.Port = @Port AND m.Generation = @Generation
$query$),
('MembershipReadAllKey', $query$
    SELECT m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime, m.IAmAliveTime,
           COALESCE(v.Version, 0) AS Version
    FROM (SELECT CAST(@DeploymentId AS varchar) AS Id) d
    LEFT JOIN MembershipVersion v ON v.DeploymentId = d.Id
    LEFT JOIN Membership m ON m.DeploymentId = d.Id
$query$),
('GatewaysQueryKey', $query$
    SELECT Address, ProxyPort, Generation FROM Membership WHERE DeploymentId = @DeploymentId AND Status = @Status AND ProxyPort > 0
$query$),
('DeleteMembershipTableEntriesKey', $query$
    WITH members AS (DELETE FROM Membership WHERE DeploymentId = @DeploymentId)
    DELETE FROM MembershipVersion WHERE DeploymentId = @DeploymentId
$query$),
('CleanupDefunctSiloEntriesKey', $query$
    DELETE FROM Membership WHERE DeploymentId = @DeploymentId AND IAmAliveTime < @IAmAliveTime AND Status <> 3
$query$),
('ReadFromStorageKey', $query$
    SELECT PayloadBinary, Version FROM OrleansStorage
    WHERE ServiceId = @ServiceId AND GrainTypeString = @GrainTypeString AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
          AND GrainIdExtensionString = COALESCE(CAST(@GrainIdExtensionString AS varchar), '')
$query$),
('WriteToStorageKey', $query$
    WITH changed AS (
        UPDATE OrleansStorage SET PayloadBinary = @PayloadBinary, ModifiedOn = now(), Version = Version + 1
        WHERE ServiceId = @ServiceId AND GrainTypeString = @GrainTypeString AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
          AND GrainIdExtensionString = COALESCE(CAST(@GrainIdExtensionString AS varchar), '')
          AND Version = CAST(@GrainStateVersion AS integer)
        RETURNING Version),
    made AS (
        INSERT INTO OrleansStorage (ServiceId, GrainTypeString, GrainIdN0, GrainIdN1, GrainIdExtensionString, PayloadBinary, ModifiedOn, Version)
        SELECT @ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, COALESCE(CAST(@GrainIdExtensionString AS varchar), ''), @PayloadBinary, now(), 1
        WHERE CAST(@GrainStateVersion AS integer) IS NULL
        ON CONFLICT DO NOTHING
        RETURNING Version)
    SELECT COALESCE((SELECT Version FROM changed), (SELECT Version FROM made), CAST(@GrainStateVersion AS integer)) AS NewGrainStateVersion
$query$),
('ClearStorageKey', $query$
    WITH changed AS (
        UPDATE OrleansStorage SET PayloadBinary = NULL, ModifiedOn = now(), Version = Version + 1
        WHERE ServiceId = @ServiceId AND GrainTypeString = @GrainTypeString AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
          AND GrainIdExtensionString = COALESCE(CAST(@GrainIdExtensionString AS varchar), '')
          AND Version = CAST(@GrainStateVersion AS integer)
        RETURNING Version)
    SELECT COALESCE((SELECT Version FROM changed), CAST(@GrainStateVersion AS integer)) AS NewGrainStateVersion
$query$),
('DeleteStorageKey', $query$
    WITH gone AS (
        DELETE FROM OrleansStorage
        WHERE ServiceId = @ServiceId AND GrainTypeString = @GrainTypeString AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
          AND GrainIdExtensionString = COALESCE(CAST(@GrainIdExtensionString AS varchar), '')
          AND Version = CAST(@GrainStateVersion AS integer)
        RETURNING Version + 1 AS Version)
    SELECT COALESCE((SELECT Version FROM gone), CAST(@GrainStateVersion AS integer)) AS NewGrainStateVersion
$query$)
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = EXCLUDED.QueryText;
