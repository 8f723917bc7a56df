BEGIN TRANSACTION;
CREATE TABLE conversations (
	id VARCHAR(36) NOT NULL, 
	user_id VARCHAR(36) NOT NULL, 
	name TEXT, 
	about JSON NOT NULL, 
	tags JSON NOT NULL, 
	created VARCHAR(32) NOT NULL, 
	updated VARCHAR(32) NOT NULL, 
	deleted VARCHAR(32), 
	PRIMARY KEY (id), 
	FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);
INSERT INTO "conversations" VALUES('11111111-1111-4111-8111-111111111111','7e6bc12e-aef1-48c9-879e-be40d6eb6563','Resor','{}','[]','2026-11-22T17:53:27.711229Z','2026-11-22T17:53:27.851198Z',NULL);
CREATE TABLE elements (
	id VARCHAR(36) NOT NULL, 
	conversation_id VARCHAR(36) NOT NULL, 
	step_id VARCHAR(36), 
	content JSON NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(conversation_id) REFERENCES conversations (id) ON DELETE CASCADE
);
CREATE TABLE forwarded (
	id VARCHAR(36) NOT NULL, 
	answer_id VARCHAR(64), 
	conversation_id VARCHAR(36), 
	person VARCHAR(32), 
	municipality VARCHAR(100), 
	role VARCHAR(40), 
	created VARCHAR(32) NOT NULL, 
	question TEXT NOT NULL, 
	searched TEXT NOT NULL, 
	nearest JSON NOT NULL, 
	name TEXT, 
	reply TEXT, 
	section_id TEXT, 
	replied VARCHAR(32), 
	read VARCHAR(32), 
	PRIMARY KEY (id)
);
INSERT INTO "forwarded" VALUES('ff908e64-f578-4169-9120-263dfdd827ab',NULL,'11111111-1111-4111-8111-111111111111','c94a0feed70d8984768d192e11327d77','Ekvik','larare','2026-11-22T17:53:28.110337Z','Vem betalar visum?','visum','[]','Eva',NULL,NULL,NULL,NULL);
CREATE TABLE holds (
	item_id VARCHAR(64) NOT NULL, 
	reason TEXT NOT NULL, 
	created VARCHAR(32) NOT NULL, 
	PRIMARY KEY (item_id)
);
INSERT INTO "holds" VALUES('09b72e07-1114-4f43-8f79-cc69d8f55c97','Dnr 7','2026-11-22T17:53:28.280887Z');
CREATE TABLE model_use (
	day VARCHAR(10) NOT NULL, 
	tokens INTEGER NOT NULL, 
	PRIMARY KEY (day)
);
CREATE TABLE schema_version (
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "schema_version" VALUES(1,2);
CREATE TABLE settled (
	item_id VARCHAR(64) NOT NULL, 
	municipality VARCHAR(100), 
	settled VARCHAR(32) NOT NULL, 
	PRIMARY KEY (item_id)
);
CREATE TABLE steps (
	id VARCHAR(36) NOT NULL, 
	conversation_id VARCHAR(36) NOT NULL, 
	created VARCHAR(40) NOT NULL, 
	text TEXT NOT NULL, 
	content JSON NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(conversation_id) REFERENCES conversations (id) ON DELETE CASCADE
);
INSERT INTO "steps" VALUES('09b72e07-1114-4f43-8f79-cc69d8f55c97','11111111-1111-4111-8111-111111111111','2026-11-22T09:00:00Z','”Rektor beslutar om resor.” [1]','{"id": "09b72e07-1114-4f43-8f79-cc69d8f55c97", "threadId": "11111111-1111-4111-8111-111111111111", "type": "assistant_message", "output": "”Rektor beslutar om resor.” [1]", "createdAt": "2026-11-22T09:00:00Z"}');
CREATE TABLE thumbs (
	id VARCHAR(36) NOT NULL, 
	answer_id VARCHAR(64) NOT NULL, 
	conversation_id VARCHAR(36), 
	person VARCHAR(32), 
	municipality VARCHAR(100), 
	role VARCHAR(40), 
	created VARCHAR(32) NOT NULL, 
	up BOOLEAN NOT NULL, 
	cause VARCHAR(40), 
	words TEXT, 
	answer JSON NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (answer_id, person)
);
INSERT INTO "thumbs" VALUES('3d5916d0-f9e3-45be-8ae6-fa8d33a21409','09b72e07-1114-4f43-8f79-cc69d8f55c97','11111111-1111-4111-8111-111111111111','c94a0feed70d8984768d192e11327d77','Ekvik','larare','2026-11-22T17:53:27.959748Z',0,NULL,'Säger inte vem jag frågar.','{"id": "09b72e07-1114-4f43-8f79-cc69d8f55c97", "time": "2026-11-22T17:53:27.440+00:00", "municipality": "Ekvik", "role": "larare", "conversation": "11111111-1111-4111-8111-111111111111", "person": "c94a0feed70d8984768d192e11327d77", "question": "Vem beslutar om resor?", "text": "”Rektor beslutar om resor.” [1]", "status": "answered", "reason": null, "method": "extractive", "citations": [{"document_id": "ekvik/policy", "document_title": "Policy", "section_id": "ekvik/policy#resor", "headings": ["Resor"], "quote": "Rektor beslutar om resor.", "validity": "current", "document_hash": "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "version": "ccca027be9ae63c0d7e26cfdf7ff26485684b4381b8d6134fda1a4e1d64e910e"}], "nearest": [], "made_with": {"program": "0.1.0", "prompts": "b00d8bdbc499a132", "glossary": "ba43c2064a262990", "pipeline": "5"}, "elapsed_ms": 12.3, "writing": null}');
CREATE TABLE users (
	id VARCHAR(36) NOT NULL, 
	identifier VARCHAR(320) NOT NULL, 
	about JSON NOT NULL, 
	created VARCHAR(32) NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (identifier)
);
INSERT INTO "users" VALUES('7e6bc12e-aef1-48c9-879e-be40d6eb6563','konto:eva','{}','2026-11-22T17:53:27.580938Z');
CREATE INDEX ix_thumbs_person ON thumbs (person);
CREATE INDEX ix_thumbs_conversation_id ON thumbs (conversation_id);
CREATE INDEX ix_thumbs_municipality ON thumbs (municipality);
CREATE INDEX ix_thumbs_created ON thumbs (created);
CREATE INDEX ix_forwarded_conversation_id ON forwarded (conversation_id);
CREATE INDEX ix_forwarded_person ON forwarded (person);
CREATE INDEX ix_forwarded_municipality ON forwarded (municipality);
CREATE INDEX ix_forwarded_created ON forwarded (created);
CREATE INDEX ix_conversations_updated ON conversations (updated);
CREATE INDEX conversations_by_owner ON conversations (user_id, created);
CREATE INDEX ix_steps_conversation_id ON steps (conversation_id);
CREATE INDEX ix_elements_step_id ON elements (step_id);
CREATE INDEX ix_elements_conversation_id ON elements (conversation_id);
COMMIT;
